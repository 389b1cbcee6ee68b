"""The enterprise viewer: one view of the patient over every archive.

It asks archives, joins what they answer and shows it; it keeps no image of its own (that is the archive's), and who may see
what is governance's to say. Two families live in the same rooms: `federation`, which asks any number of archives one
question, and `identity`, which says whose studies belong together.
"""
