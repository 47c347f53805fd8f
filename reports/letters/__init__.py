"""Letters (参考稿) of all matters: one page for each, as PDF and as Word document."""
