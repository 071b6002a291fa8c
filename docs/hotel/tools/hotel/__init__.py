"""From the one model (architecture.yaml) to every picture, table and page of the dossier, and the check of them."""
