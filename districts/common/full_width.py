"""Common: digits."""

WIDE = str.maketrans("０１２３４５６７８９．，－＋％～〜", "0123456789.,-+%~~")
