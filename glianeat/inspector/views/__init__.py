"""The data of each view of a page, as `web/src/contract.ts` describes them; one file a view."""
