"""Species the slow way: one genome after the other, one representative after the other."""


def assign(genomes, representatives, threshold, distance, cap):
    """Return the place of each genome's species, and who founded the new ones."""
    representatives, places, founders, homeless = list(representatives), [], [], []
    for i, genome in enumerate(genomes):
        for place, representative in enumerate(representatives):
            if distance(genome, representative) < threshold:
                places.append(place)
                break
        else:
            if len(representatives) < cap:
                places.append(len(representatives))
                representatives.append(genome)
                founders.append(i)
            else:
                places.append(None)
                homeless.append(i)
    for i in homeless:
        apart = [distance(genomes[i], representative) for representative in representatives]
        places[i] = apart.index(min(apart))
    return places, founders
