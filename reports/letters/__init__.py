"""Letters (参考稿) of all matters: a page for each, as PDF and as Word document."""
