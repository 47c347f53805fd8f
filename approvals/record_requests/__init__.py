"""请补录: the officer asks a titled district for what its record lacks, by a day; it adds that, or says why it is not to be found."""
