"""One `newsbeam` command a file: its flags (`add_flags`) and what it does (`run`)."""
