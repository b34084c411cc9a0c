"""The admin's pages of the funnel: where people give up and when, the sessions behind each figure, and their replay."""
