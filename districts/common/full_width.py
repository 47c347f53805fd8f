"""Translation of full-width digits and signs to ASCII."""

WIDE = str.maketrans("０１２３４５６７８９．，－＋％～〜", "0123456789.,-+%~~")
