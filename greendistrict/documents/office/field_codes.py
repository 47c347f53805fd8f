"""Field codes of Word and formulas of Excel that a file may hold, as allow-lists; everything else is named in words.

Fields and functions that fetch, start or import something are not in the lists (DDE, LINK, INCLUDEPICTURE, WEBSERVICE, RTD, CALL …), nor
is what builds a code from numbers (QUOTE).
"""

import re
from urllib.parse import unquote, urlsplit

SCHEMES = frozenset({"http", "https", "mailto", "tel"})
_FIELDS = """
ADDIN ADVANCE AUTHOR AUTONUM AUTONUMLGL AUTONUMOUT AUTOTEXT AUTOTEXTLIST BARCODE BIBLIOGRAPHY BIDIOUTLINE CITATION COMMENTS COMPARE
CREATEDATE DATE DISPLAYBARCODE DOCPROPERTY DOCVARIABLE EDITTIME EMBED EQ FILENAME FILESIZE FORMCHECKBOX FORMDROPDOWN FORMTEXT GOTOBUTTON
HYPERLINK IF INDEX INFO KEYWORDS LASTSAVEDBY LISTNUM MERGEFIELD MERGEREC MERGESEQ NOTEREF NUMCHARS NUMPAGES NUMWORDS PAGE PAGEREF
PRINTDATE REF REVNUM SAVEDATE SECTION SECTIONPAGES SEQ SHAPE STYLEREF SUBJECT SYMBOL TA TC TEMPLATE TIME TITLE TOA TOC USERADDRESS
USERINITIALS USERNAME XE
"""
FIELDS = frozenset(_FIELDS.split())
CODE = re.compile(r"\s*(=|[A-Za-z]+(?![^\s\\\"“”]))")
BOOKMARK = re.compile(r"\s*_\w+\s*(\\.*)?", re.DOTALL)  # { _Ref123 } is short for { REF _Ref123 }
NO_MACRO = re.compile(r"\s*MACROBUTTON\s+(NoMacro|AcceptAllChangesInDoc|AcceptAllChangesInDocAndStopTracking)\b", re.IGNORECASE)
LINK = re.compile(r"\s*HYPERLINK\b(.*)", re.IGNORECASE | re.DOTALL)
ARGUMENT = re.compile(r"\\([A-Za-z*@#!])|[\"“”]([^\"“”]*)[\"“”]|([^\s\"\\]\S*|\\\\\S*)")
WITH_VALUE = frozenset("lot")  # switches of HYPERLINK that take what follows: a place, a tip, a frame

_FUNCTIONS = """
ABS ACCRINT ACCRINTM ACOS ACOSH ACOT ACOTH ADDRESS AGGREGATE AMORDEGRC AMORLINC ANCHORARRAY AND ARABIC AREAS ARRAYTOTEXT ASC ASIN ASINH
ATAN ATAN2 ATANH AVEDEV AVERAGE AVERAGEA AVERAGEIF AVERAGEIFS BAHTTEXT BASE BESSELI BESSELJ BESSELK BESSELY BETA.DIST BETA.INV BETADIST
BETAINV BIN2DEC BIN2HEX BIN2OCT BINOM.DIST BINOM.DIST.RANGE BINOM.INV BINOMDIST BITAND BITLSHIFT BITOR BITRSHIFT BITXOR BYCOL BYROW
CEILING CEILING.MATH CEILING.PRECISE CELL CHAR CHIDIST CHIINV CHISQ.DIST CHISQ.DIST.RT CHISQ.INV CHISQ.INV.RT CHISQ.TEST CHITEST CHOOSE
CHOOSECOLS CHOOSEROWS CLEAN CODE COLUMN COLUMNS COMBIN COMBINA COMPLEX CONCAT CONCATENATE CONFIDENCE CONFIDENCE.NORM CONFIDENCE.T CONVERT
CORREL COS COSH COT COTH COUNT COUNTA COUNTBLANK COUNTIF COUNTIFS COUPDAYBS COUPDAYS COUPDAYSNC COUPNCD COUPNUM COUPPCD COVAR COVARIANCE.P
COVARIANCE.S CRITBINOM CSC CSCH CUMIPMT CUMPRINC DATE DATEDIF DATESTRING DATEVALUE DAVERAGE DAY DAYS DAYS360 DB DBCS DCOUNT DCOUNTA DDB
DEC2BIN DEC2HEX DEC2OCT DECIMAL DEGREES DELTA DEVSQ DGET DISC DISPIMG DMAX DMIN DOLLAR DOLLARDE DOLLARFR DPRODUCT DROP DSTDEV DSTDEVP DSUM
DURATION DVAR DVARP ECMA.CEILING EDATE EFFECT ENCODEURL EOMONTH ERF ERF.PRECISE ERFC ERFC.PRECISE ERROR.TYPE EVEN EXACT EXP EXPAND
EXPON.DIST EXPONDIST F.DIST F.DIST.RT F.INV F.INV.RT F.TEST FACT FACTDOUBLE FALSE FDIST FILTER FIND FINDB FINV FISHER FISHERINV FIXED
FLOOR FLOOR.MATH FLOOR.PRECISE FORECAST FORECAST.ETS FORECAST.LINEAR FORMULATEXT FREQUENCY FTEST FV FVSCHEDULE GAMMA GAMMA.DIST GAMMA.INV
GAMMADIST GAMMAINV GAMMALN GAMMALN.PRECISE GAUSS GCD GEOMEAN GESTEP GETPIVOTDATA GROUPBY GROWTH HARMEAN HEX2BIN HEX2DEC HEX2OCT HLOOKUP
HOUR HSTACK HYPERLINK HYPGEOM.DIST HYPGEOMDIST IF IFERROR IFNA IFS IMABS IMAGINARY IMARGUMENT IMCONJUGATE IMCOS IMDIV IMEXP IMLN IMLOG10
IMLOG2 IMPOWER IMPRODUCT IMREAL IMSIN IMSQRT IMSUB IMSUM INDEX INDIRECT INFO INT INTERCEPT INTRATE IPMT IRR ISBLANK ISERR ISERROR ISEVEN
ISFORMULA ISLOGICAL ISNA ISNONTEXT ISNUMBER ISO.CEILING ISODD ISOMITTED ISOWEEKNUM ISPMT ISREF ISTEXT JIS KURT LAMBDA LARGE LCM LEFT LEFTB
LEN LENB LET LINEST LN LOG LOG10 LOGEST LOGINV LOGNORM.DIST LOGNORM.INV LOGNORMDIST LOOKUP LOWER MAKEARRAY MAP MATCH MAX MAXA MAXIFS
MDETERM MDURATION MEDIAN MID MIDB MIN MINA MINIFS MINUTE MINVERSE MIRR MMULT MOD MODE MODE.MULT MODE.SNGL MONTH MROUND MULTINOMIAL MUNIT N
NA NEGBINOM.DIST NEGBINOMDIST NETWORKDAYS NETWORKDAYS.INTL NOMINAL NORM.DIST NORM.INV NORM.S.DIST NORM.S.INV NORMDIST NORMINV NORMSDIST
NORMSINV NOT NOW NPER NPV NUMBERSTRING NUMBERVALUE OCT2BIN OCT2DEC OCT2HEX ODD ODDFPRICE ODDFYIELD ODDLPRICE ODDLYIELD OFFSET OR PDURATION
PEARSON PERCENTILE PERCENTILE.EXC PERCENTILE.INC PERCENTOF PERCENTRANK PERCENTRANK.EXC PERCENTRANK.INC PERMUT PERMUTATIONA PHI PHONETIC PI
PIVOTBY PMT POISSON POISSON.DIST POWER PPMT PRICE PRICEDISC PRICEMAT PROB PRODUCT PROPER PV QUARTILE QUARTILE.EXC QUARTILE.INC QUOTIENT
RADIANS RAND RANDARRAY RANDBETWEEN RANK RANK.AVG RANK.EQ RATE RECEIVED REDUCE REGEXEXTRACT REGEXREPLACE REGEXTEST REPLACE REPLACEB REPT
RIGHT RIGHTB RMB ROMAN ROUND ROUNDDOWN ROUNDUP ROW ROWS RRI RSQ SCAN SEARCH SEARCHB SEC SECH SECOND SEQUENCE SERIESSUM SHEET SHEETS SIGN
SIN SINGLE SINH SKEW SKEW.P SLN SLOPE SMALL SORT SORTBY SQRT SQRTPI STANDARDIZE STDEV STDEV.P STDEV.S STDEVA STDEVP STDEVPA STEYX
SUBSTITUTE SUBTOTAL SUM SUMIF SUMIFS SUMPRODUCT SUMSQ SUMX2MY2 SUMX2PY2 SUMXMY2 SWITCH SYD T T.DIST T.DIST.2T T.DIST.RT T.INV T.INV.2T
T.TEST TAKE TAN TANH TBILLEQ TBILLPRICE TBILLYIELD TDIST TEXT TEXTAFTER TEXTBEFORE TEXTJOIN TEXTSPLIT TIME TIMEVALUE TINV TOCOL TODAY
TOROW TRANSPOSE TREND TRIM TRIMMEAN TRIMRANGE TRUE TRUNC TTEST TYPE UNICHAR UNICODE UNIQUE UPPER USDOLLAR VALUE VALUETOTEXT VAR VAR.P
VAR.S VARA VARP VARPA VDB VLOOKUP VSTACK WEEKDAY WEEKNUM WEIBULL WEIBULL.DIST WIDECHAR WORKDAY WORKDAY.INTL WRAPCOLS WRAPROWS XIRR XLOOKUP
XMATCH XNPV XOR YEAR YEARFRAC YIELD YIELDDISC YIELDMAT Z.TEST ZTEST
"""
FUNCTIONS = frozenset(_FUNCTIONS.split())
PREFIX = re.compile(r"^(?:_XLFN\.)?(?:_XLWS\.)?(?:COM\.MICROSOFT\.)?")
TEXTS, QUOTED = re.compile(r'"(?:[^"]|"")*"'), re.compile(r"'(?:[^']|'')*'")
CALL = re.compile(r"([^\W\d][\w.\\?]*|\))\s*\(")
OTHER_BOOK = re.compile(r"\[[^\[\]]*\][\w.]*!")
JUMP = re.compile(r"(?<![\w.])HYPERLINK\s*\(\s*", re.IGNORECASE)
FIRST_TEXT = re.compile(r'"((?:[^"]|"")*)"\s*([,&)])')
PATH_SIGNS = frozenset("\\/[]?*|")  # never in the name of a sheet
DDE, OTHER_FILE = "动态数据交换（DDE）", "指向其他工作簿的链接"
ELSEWHERE = "指向本机、网络共享或其他程序的链接"


def harmless_address(target: str) -> bool:
    """Whether a link is permitted: web page, mail, telephone, a place in the document, or a file next to it."""
    address = unquote(target).strip().replace("\x00", "")
    if address.startswith("#") or not address:
        return True
    try:
        scheme = urlsplit(address).scheme.lower()
    except ValueError:
        return True  # a mistyped web address leads nowhere
    if scheme in SCHEMES:
        return "\\" not in address.partition("?")[0]
    return not scheme and not address.startswith("/") and "\\" not in address


def field_hazard(code: str, *, nested: bool = False) -> str:
    """What is wrong with the instruction of a field, in words; empty if nothing. ``nested``: the instruction holds further fields."""
    plain = code.replace("\x00", "")
    if not plain.strip():
        return "由其他域拼成的域" if nested else ""
    found = CODE.match(plain)
    name = found[1].upper() if found else ""
    if link := LINK.match(plain):
        return _link_hazard(link[1], nested=nested)
    if name in FIELDS or name == "=" or BOOKMARK.fullmatch(plain):
        return ""
    if name == "MACROBUTTON":
        return "" if NO_MACRO.match(plain) and not nested else "启动宏的域（MACROBUTTON）"
    return f"{DDE}域" if name.startswith("DDE") else f"取用外部内容或不认识的域（{plain.strip()[:40]}）"


def _link_hazard(arguments: str, *, nested: bool) -> str:
    """Judge every argument of HYPERLINK that may be its address."""
    if nested:
        return "由其他域拼成的链接"
    switch = ""
    for flag, quoted, bare in ARGUMENT.findall(arguments):
        if flag:
            switch = flag.lower()
            continue
        address = (quoted or bare).replace("\\\\", "\\")
        if switch not in WITH_VALUE and not harmless_address(address):
            return f"{ELSEWHERE}（{address[:60]}）"
        switch = ""
    return ""


def formula_hazard(formula: str) -> str:
    """What is wrong with a formula, in words; empty if nothing. The formula may or may not begin with ``=``."""
    if "|" in formula and "|" in TEXTS.sub("", formula):
        return f"{DDE}公式"
    if "!" in formula:
        bare = TEXTS.sub('""', formula)
        if any(PATH_SIGNS & set(name) for name in QUOTED.findall(bare)) or OTHER_BOOK.search(QUOTED.sub("", bare)):
            return OTHER_FILE
    if "(" not in formula:
        return ""
    bare = QUOTED.sub("''", TEXTS.sub('""', formula))
    for name in CALL.findall(bare):
        plain = PREFIX.sub("", name.upper())
        if name != ")" and plain not in FUNCTIONS and not plain.startswith("_XLPM."):
            return f"取用外部内容或不认识的函数（{name[:40]}）"
    return _jump_hazard(formula) if "HYPERLINK" in bare.upper() else ""


def _jump_hazard(formula: str) -> str:
    """Judge the address of each HYPERLINK(): a harmless text, or one that is put together and stays in the workbook (``"#…"&``)."""
    for jump in JUMP.finditer(formula):
        found = FIRST_TEXT.match(formula, jump.end())
        address = found[1].replace('""', '"') if found else ""
        if found is None or not harmless_address(address) or (found[2] == "&" and not address.startswith("#")):
            return f"{ELSEWHERE}（HYPERLINK）"
    return ""
