"""The draft of the programme: documents, goals, areas and task phrases as the text has them."""
