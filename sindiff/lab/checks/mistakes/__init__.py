"""Wrong answers to the exercises that learners have given or are likely to give, each with a hint, by lesson."""
