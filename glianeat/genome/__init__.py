"""What is inherited: gene tables, variation, distance and files."""
