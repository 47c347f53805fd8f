"""Parts and relations that a Word or Excel file may have, as allow-lists by content type and by relation type, and words for the others."""

OPEN = "application/vnd.openxmlformats-"
WORD = f"{OPEN}officedocument.wordprocessingml."
SHEET = f"{OPEN}officedocument.spreadsheetml."
DRAWING = f"{OPEN}officedocument.drawingml."


def _types(prefix: str, words: str, ending: str = "+xml") -> set[str]:
    return {f"{prefix}{word}{ending}".lower() for word in words.split()}


CONTENT_TYPES = frozenset({
    *_types(f"{OPEN}package.", "relationships core-properties digital-signature-xmlsignature"),
    *_types(f"{OPEN}package.", "digital-signature-origin digital-signature-certificate", ""),
    *_types(f"{OPEN}officedocument.", "extended-properties custom-properties customXmlProperties theme themeOverride themeManager drawing"),
    *_types(f"{OPEN}officedocument.", "vmlDrawing obfuscatedFont", ""),
    *_types(WORD, "document.main document.glossary styles stylesWithEffects settings webSettings fontTable numbering footnotes endnotes"),
    *_types(WORD, "comments commentsExtended commentsIds commentsExtensible header footer people documenttasks"),
    *_types(WORD, "printerSettings", ""),
    *_types(SHEET, "sheet.main worksheet chartsheet styles sharedStrings calcChain comments table tableSingleCells pivotTable"),
    *_types(SHEET, "pivotCacheDefinition pivotCacheRecords sheetMetadata userNames revisionHeaders revisionLog"),
    *_types(SHEET, "printerSettings customProperty", ""),
    *_types(DRAWING, "chart chartshapes diagramData diagramLayout diagramStyle diagramColors"),
    *_types("application/vnd.ms-office.", "chartstyle chartcolorstyle chartex drawingml.diagramDrawing classificationlabels"),
    *_types("application/vnd.ms-word.", "stylesWithEffects"),
    *_types("application/vnd.ms-excel.", "controlproperties threadedcomments person slicer slicerCache timeline timelineCache rdrichvalue"),
    *_types("application/vnd.ms-excel.", "rdrichvaluestructure rdrichvaluetypes rdarray rdsupportingpropertybag richvaluerel richstyles"),
    *_types("application/vnd.ms-excel.", "rdsupportingpropertybagstructure featurepropertybag namedsheetviews"),
    *_types("application/vnd.wps-officedocument.", "cellimage"),  # pictures in cells of WPS
    *_types("image/", "png jpeg jpg pjpeg gif bmp tiff x-emf emf x-wmf wmf vnd.ms-photo svg+xml webp x-icon", ""),
    *_types("application/", "xml inkml+xml x-font-ttf x-fontdata", ""),
})  # fmt: skip

_RELATIONS = """
officeDocument core-properties extended-properties extendedProperties custom-properties customProperties thumbnail metadata origin
signature certificate classificationlabels styles stylesWithEffects stylesWithtEffects theme themeOverride settings webSettings fontTable
font numbering footnotes endnotes comments commentsExtended commentsIds commentsExtensible header footer people documenttasks
glossaryDocument customXml customXmlProps customXmlData image hdphoto hyperlink chart chartEx chartUserShapes chartStyle chartColorStyle
diagramData diagramLayout diagramQuickStyle diagramColors diagramDrawing ink drawing vmlDrawing legacyDrawing printerSettings worksheet
chartsheet sharedStrings calcChain table tableSingleCells xmlMaps pivotTable pivotCacheDefinition pivotCacheRecords sheetMetadata
workbookmetadata person threadedComment slicer slicerCache timeline timelineCache ctrlProp customProperty usernames revisionHeaders
revisionLog rdRichValue rdRichValueStructure rdRichValueTypes richValueRel rdArray rdSupportingPropertyBag
rdSupportingPropertyBagStructure richStyles FeaturePropertyBag namedSheetView cellImage
"""
RELATIONS = frozenset(word.lower() for word in _RELATIONS.split())
TEMPLATE, EMBEDDED = "attachedtemplate", frozenset({"oleobject", "package"})

# By a word in the path, the content type or the type of a relation, all in lower case; the first that fits.
LABELS = {
    "vba": "宏",
    "macroenabled": "宏",
    "macrosheet": "宏",
    "dialogsheet": "宏",
    "keymapcustomizations": "键盘宏",
    "attachedtoolbars": "自定义界面",
    "customui": "自定义界面",
    "extensibility": "自定义界面",
    "webextension": "加载项",
    "taskpane": "加载项",
    "externallink": "指向其他工作簿的链接",
    "externalreference": "指向其他工作簿的链接",
    "connections": "外部数据连接",
    "querytable": "外部数据查询",
    "volatiledependencies": "外部数据连接",
    "mailmerge": "邮件合并数据源",
    "recipientdata": "邮件合并数据源",
    "activex": "控件",
    "control": "控件",
    "subdocument": "指向其他文档的链接",
    "afchunk": "嵌入的其他文档",
    "frame": "外部框架",
    "transform": "外部样式转换",
    "attachedtemplate": "外部模板",
    "oleobject": "内嵌对象",
    "package": "内嵌文件",
    "embeddings/": "内嵌文件",
    "video": "多媒体",
    "audio": "多媒体",
    "media": "多媒体",
}
NAMED_BY_PATH = (
    "vba",
    "macrosheet",
    "customui",
    "webextension",
    "externallinks/",
    "connections.xml",
    "querytables/",
    "activex/",
    "afchunk",
)
ENDINGS = frozenset({
    "bat", "cmd", "com", "cpl", "dll", "exe", "hta", "jar", "js", "jse", "lnk", "msi", "pif", "ps1", "psm1", "reg", "scr", "sct",
    "vbe", "vbs", "wsf", "wsh",
})  # fmt: skip
DOCUMENTS = frozenset({
    "7z", "chm", "doc", "docm", "dotm", "htm", "html", "iso", "mht", "mhtml", "ppt", "pptm", "rar", "rtf", "swf", "url", "xhtml",
    "xlam", "xls", "xlsb", "xlsm", "zip",
})  # fmt: skip
# First bytes: programs of Windows and Linux, and the container of macros and embedded objects.
SIGNS = {b"MZ": "可执行程序", b"\x7fELF": "可执行程序", b"\xd0\xcf\x11\xe0": "内嵌对象"}

OLD_OFFICE, ENCRYPTED = b"\xd0\xcf\x11\xe0", "EncryptedPackage".encode("utf-16-le")  # head of the container; its part in a locked file

# Elements by local name: what they are, wherever they stand.
ELEMENTS = {
    "altChunk": "嵌入的其他文档",
    "subDoc": "指向其他文档的链接",
    "mailMerge": "邮件合并数据源",
    "saveThroughXslt": "外部样式转换",
    "sourceFileName": "外部框架",
    "DataMashup": "外部数据查询",
    "DataBinding": "外部数据映射",
    "customUI": "自定义界面",
    "ribbon": "自定义界面",
    "webextension": "加载项",
    "webExtension": "加载项",
    "webextensionref": "加载项",
    "taskpane": "加载项",
    "taskpanes": "加载项",
    "oleObjects": "内嵌对象",
    "oleObject": "内嵌对象",
    "oleLink": "指向其他程序的链接",
    "ddeLink": "动态数据交换（DDE）",
    "externalBook": "指向其他工作簿的链接",
    "externalReference": "指向其他工作簿的链接",
    "connection": "外部数据连接",
    "dbPr": "外部数据连接",
    "webPr": "外部数据连接",
    "queryTable": "外部数据查询",
    "volType": "外部数据连接",
    "webPublishItem": "自动发布到外部的设置",
    "macrosheet": "宏",
    "script": "脚本",
    "foreignObject": "嵌入的其他内容",
    "iframe": "嵌入的其他内容",
    "videoFile": "多媒体",
    "audioFile": "多媒体",
    "wavAudioFile": "多媒体",
    "quickTimeFile": "多媒体",
}  # fmt: skip


def label_of(*words: str) -> str:
    """What a part or relation is, by its path, content type or relation type; empty if nothing fits."""
    joined = " ".join(words).lower()
    return next((label for word, label in LABELS.items() if word in joined), "")
