"""Federation's decisions: what is asked of whom, what is believed of an answer, which answers are one study."""
