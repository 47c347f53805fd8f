"""The programme towards the public: opinions of anybody and their answers."""
