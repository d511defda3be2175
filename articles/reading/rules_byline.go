package reading

// creditLead are words before the credit of a picture, with a colon.
var creditLead = expressions(`(?i)^\(?\s*(%s)\s*[:：]\s*(.+?)\s*\)?$`, []rule{
	{"image source", "rows/credit-lead-image-source"},
	{"image credit", "rows/credit-lead-image-credit"},
	{"images? courtesy( of)?", "rows/credit-lead-image-courtesy"},
	{"image by", "rows/credit-lead-image-by"},
	{"image", "rows/credit-lead-image"},
	{"photo source", "rows/credit-lead-photo-source"},
	{"photo credit", "rows/credit-lead-photo-credit"},
	{"photograph by", "rows/credit-lead-photograph-by"},
	{"photo courtesy( of)?", "rows/credit-lead-photo-courtesy"},
	{"photo by", "rows/credit-lead-photo-by"},
	{"photo", "rows/credit-lead-photo"},
	{"picture credit", "rows/credit-lead-picture-credit"},
	{"picture", "rows/credit-lead-picture"},
	{"credit", "rows/credit-lead-credit"},
	{"photograph", "rows/credit-lead-photograph"},
	{"cover image", "rows/credit-lead-cover-image"},
	{"header image", "rows/credit-lead-header-image"},
	{"featured image", "rows/credit-lead-featured-image"},
	{"courtesy( of)?", "rows/credit-lead-courtesy"},
	{"source of image", "rows/credit-lead-source-of-image"},
	{"фото", "rows/credit-lead-фото"},
})

// creditOf are words before the credit of a picture, without a colon.
var creditOf = expressions(`(?i)^\(?\s*(%s)\s+(.+?)\s*\)?$`, []rule{
	{"image courtesy of", "rows/credit-of-image-courtesy-of"},
	{"photo courtesy of", "rows/credit-of-photo-courtesy-of"},
	{"courtesy of", "rows/credit-of-courtesy-of"},
	{"photo by", "rows/credit-of-photo-by"},
	{"photograph by", "rows/credit-of-photograph-by"},
	{"image by", "rows/credit-of-image-by"},
})

// inCaption are words before the credit at the end of a caption, with a colon.
var inCaption = expressions(`(?i)[\s(\[](?:%s)\s*[:：]\s*([^()\[\]]+?)[\s.)\]]*$`, []rule{
	{"photo", "rows/in-caption-photo"},
	{"image", "rows/in-caption-image"},
	{"credit", "rows/in-caption-credit"},
	{"source", "rows/in-caption-source"},
	{"courtesy of", "rows/in-caption-courtesy-of"},
	{"courtesy", "rows/in-caption-courtesy"},
})

// inCaptionBy are words before the credit at the end of a caption, without a colon.
var inCaptionBy = expressions(`(?i)[\s(\[](?:photo|image|picture|photograph|illustration)s?(?: (?:credit|source))?[:,]? (?:%s) ([^()\[\]]+?)[\s.)\]]*$`, []rule{
	{"by", "rows/in-caption-by-by"},
	{"courtesy of", "rows/in-caption-by-courtesy-of"},
	{"via", "rows/in-caption-by-via"},
	{"from", "rows/in-caption-by-from"},
})
