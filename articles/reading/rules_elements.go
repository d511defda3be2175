package reading

// captionNames are names of the line under a picture.
var captionNames = nameSetOf([]rule{
	{"caption", "pages/squarespace"},
	{"captions", "rows/caption-names-captions"},
	{"figcaption", "rows/caption-names-figcaption"},
	{"credit", "rows/caption-names-credit"},
	{"credits", "rows/caption-names-credits"},
	{"imagecredit", "rows/caption-names-imagecredit"},
	{"photocredit", "rows/caption-names-photocredit"},
})

// creditNames are names of a picture's credit.
var creditNames = nameSetOf([]rule{
	{"credit", "rows/credit-names-credit"},
	{"credits", "rows/credit-names-credits"},
	{"imagecredit", "rows/credit-names-imagecredit"},
	{"photocredit", "rows/credit-names-photocredit"},
	{"copyright", "rows/credit-names-copyright"},
	{"attribution", "rows/credit-names-attribution"},
	{"photographer", "rows/credit-names-photographer"},
})

// standfirstNames are names of the subtitle between headline and byline.
var standfirstNames = nameSetOf([]rule{
	{"standfirst", "rows/standfirst-names-standfirst"},
	{"deck", "rows/standfirst-names-deck"},
	{"dek", "rows/standfirst-names-dek"},
	{"subtitle", "rows/standfirst-names-subtitle"},
	{"subhead", "rows/standfirst-names-subhead"},
	{"subheading", "rows/standfirst-names-subheading"},
	{"subheadline", "rows/standfirst-names-subheadline"},
	{"subhed", "rows/standfirst-names-subhed"},
	{"tagline", "rows/standfirst-names-tagline"},
	{"strapline", "rows/standfirst-names-strapline"},
	{"excerpt", "rows/standfirst-names-excerpt"},
})

// metaNames are names of the lines of author and date.
var metaNames = nameSetOf([]rule{
	{"meta", "rows/meta-names-meta"},
	{"byline", "rows/meta-names-byline"},
	{"author", "rows/meta-names-author"},
	{"authors", "rows/meta-names-authors"},
	{"date", "rows/meta-names-date"},
	{"info", "rows/meta-names-info"},
	{"published", "rows/meta-names-published"},
	{"pubdate", "rows/meta-names-pubdate"},
})

// menuNames are names of menus. Their links label no article.
var menuNames = nameSetOf([]rule{
	{"footer", "rows/menu-names-footer"},
	{"sidebar", "rows/menu-names-sidebar"},
	{"widget", "rows/menu-names-widget"},
	{"menu", "rows/menu-names-menu"},
	{"nav", "rows/menu-names-nav"},
	{"navigation", "rows/menu-names-navigation"},
	{"related", "rows/menu-names-related"},
	{"header", "rows/menu-names-header"},
})

// labelNames are names of an article's labels.
var labelNames = nameSetOf([]rule{
	{"category", "rows/label-names-category"},
	{"categories", "rows/label-names-categories"},
	{"kicker", "rows/label-names-kicker"},
	{"eyebrow", "rows/label-names-eyebrow"},
	{"label", "rows/label-names-label"},
	{"labels", "rows/label-names-labels"},
	{"topic", "rows/label-names-topic"},
	{"topics", "rows/label-names-topics"},
	{"program", "rows/label-names-program"},
	{"programs", "rows/label-names-programs"},
	{"region", "rows/label-names-region"},
	{"regions", "rows/label-names-regions"},
	{"tag", "rows/label-names-tag"},
	{"tags", "rows/label-names-tags"},
	{"cat", "rows/label-names-cat"},
	{"overline", "rows/label-names-overline"},
	{"badge", "rows/label-names-badge"},
	{"pill", "rows/label-names-pill"},
	{"pills", "rows/label-names-pills"},
	{"chip", "rows/label-names-chip"},
	{"chips", "rows/label-names-chips"},
	{"section", "rows/label-names-section"},
	{"taxonomy", "rows/label-names-taxonomy"},
	{"term", "rows/label-names-term"},
	{"terms", "rows/label-names-terms"},
	{"rubric", "rows/label-names-rubric"},
})

// bylineNames are names of authors and of the lines that hold them.
var bylineNames = nameSetOf([]rule{
	{"author", "rows/byline-names-author"},
	{"byline", "rows/byline-names-byline"},
	{"authors", "rows/byline-names-authors"},
	{"contributor", "rows/byline-names-contributor"},
	{"contributors", "rows/byline-names-contributors"},
	{"writer", "rows/byline-names-writer"},
	{"auth", "rows/byline-names-auth"},
	{"autor", "rows/byline-names-autor"},
	{"autoren", "rows/byline-names-autoren"},
	{"auteur", "rows/byline-names-auteur"},
	{"autore", "rows/byline-names-autore"},
})

// besideAuthor are names of parts of a byline that hold no name.
var besideAuthor = nameSetOf([]rule{
	{"bio", "rows/beside-author-bio"},
	{"biography", "rows/beside-author-biography"},
	{"image", "rows/beside-author-image"},
	{"img", "rows/beside-author-img"},
	{"avatar", "rows/beside-author-avatar"},
	{"photo", "rows/beside-author-photo"},
	{"picture", "rows/beside-author-picture"},
	{"box", "rows/beside-author-box"},
	{"card", "rows/beside-author-card"},
	{"social", "rows/beside-author-social"},
	{"link", "rows/beside-author-link"},
	{"links", "rows/beside-author-links"},
	{"description", "rows/beside-author-description"},
	{"about", "rows/beside-author-about"},
	{"info", "rows/beside-author-info"},
	{"title", "rows/beside-author-title"},
	{"role", "rows/beside-author-role"},
	{"position", "rows/beside-author-position"},
	{"job", "rows/beside-author-job"},
	{"email", "rows/beside-author-email"},
	{"date", "rows/beside-author-date"},
})

// portraitNames are names of pictures of a person or of the site.
var portraitNames = nameSetOf([]rule{
	{"avatar", "rows/portrait-names-avatar"},
	{"author", "rows/portrait-names-author"},
	{"authors", "rows/portrait-names-authors"},
	{"byline", "rows/portrait-names-byline"},
	{"bio", "rows/portrait-names-bio"},
	{"logo", "rows/portrait-names-logo"},
	{"icon", "rows/portrait-names-icon"},
	{"headshot", "rows/portrait-names-headshot"},
	{"portrait", "rows/portrait-names-portrait"},
	{"brand", "rows/portrait-names-brand"},
})

// commentNames are names of readers' comments that have no other meaning, however short the article above is.
var commentNames = nameSetOf([]rule{
	{"comments", "rows/comment-names-comments"},
	{"commentlist", "rows/comment-names-commentlist"},
	{"disqus", "rows/comment-names-disqus"},
})

// belowNames are names of parts that stand below an article of some length.
var belowNames = nameSetOf([]rule{
	{"comments", "rows/below-names-comments"},
	{"comment", "rows/below-names-comment"},
	{"commentlist", "rows/below-names-commentlist"},
	{"letters", "rows/below-names-letters"},
	{"letter", "rows/below-names-letter"},
	{"readers", "rows/below-names-readers"},
	{"replies", "rows/below-names-replies"},
	{"responses", "rows/below-names-responses"},
	{"discussion", "rows/below-names-discussion"},
	{"guestbook", "rows/below-names-guestbook"},
	{"disqus", "rows/below-names-disqus"},
	{"reviews", "rows/below-names-reviews"},
	{"footer", "rows/below-names-footer"},
	{"sidebar", "rows/below-names-sidebar"},
	{"related", "rows/below-names-related"},
	{"newsletter", "rows/below-names-newsletter"},
})

// hiddenClasses hide an element on every screen.
var hiddenClasses = nameSetOf([]rule{
	{"hidden", "rows/hidden-classes-hidden"},
	{"is-hidden", "rows/hidden-classes-is-hidden"},
	{"u-hidden", "rows/hidden-classes-u-hidden"},
	{"d-none", "bodies/bootstrap-dnone"},
	{"visually-hidden", "rows/hidden-classes-visually-hidden"},
	{"visuallyhidden", "rows/hidden-classes-visuallyhidden"},
	{"sr-only", "rows/hidden-classes-sr-only"},
	{"screen-reader-text", "rows/hidden-classes-screen-reader-text"},
	{"screen-reader-only", "rows/hidden-classes-screen-reader-only"},
	{"element-invisible", "rows/hidden-classes-element-invisible"},
	{"w-condition-invisible", "rows/hidden-classes-w-condition-invisible"},
})

// overlayNames are names of hidden parts that no reader opens as text.
var overlayNames = nameSetOf([]rule{
	{"modal", "rows/overlay-names-modal"},
	{"popup", "rows/overlay-names-popup"},
	{"menu", "rows/overlay-names-menu"},
	{"nav", "rows/overlay-names-nav"},
	{"navbar", "rows/overlay-names-navbar"},
	{"navigation", "rows/overlay-names-navigation"},
	{"search", "rows/overlay-names-search"},
	{"cookie", "rows/overlay-names-cookie"},
	{"consent", "rows/overlay-names-consent"},
	{"newsletter", "rows/overlay-names-newsletter"},
	{"subscribe", "rows/overlay-names-subscribe"},
	{"login", "rows/overlay-names-login"},
	{"share", "rows/overlay-names-share"},
	{"tooltip", "rows/overlay-names-tooltip"},
	{"dropdown", "rows/overlay-names-dropdown"},
	{"lightbox", "rows/overlay-names-lightbox"},
	{"sr", "rows/overlay-names-sr"},
	{"visually", "rows/overlay-names-visually"},
	{"reader", "rows/overlay-names-reader"},
})

// panelNames are names that page builders give to parts that a reader opens: tabs and accordions.
var panelNames = nameSetOf([]rule{
	{"accordion", "rows/panel-names-accordion"},
	{"accordions", "rows/panel-names-accordions"},
	{"panel", "bodies/faq-w3"},
	{"pane", "rows/panel-names-pane"},
	{"tab", "rows/panel-names-tab"},
	{"tabs", "rows/panel-names-tabs"},
	{"tabcontent", "rows/panel-names-tabcontent"},
	{"tabpanel", "rows/panel-names-tabpanel"},
	{"collapse", "rows/panel-names-collapse"},
	{"collapsed", "rows/panel-names-collapsed"},
	{"collapsible", "rows/panel-names-collapsible"},
	{"toggle", "rows/panel-names-toggle"},
	{"faq", "rows/panel-names-faq"},
	{"faqs", "rows/panel-names-faqs"},
	{"answer", "rows/panel-names-answer"},
	{"expander", "rows/panel-names-expander"},
	{"expandable", "rows/panel-names-expandable"},
	{"expanded", "rows/panel-names-expanded"},
	{"spoiler", "rows/panel-names-spoiler"},
	{"readmore", "rows/panel-names-readmore"},
})

// mountNames are the ids of elements that a script framework fills.
var mountNames = nameSetOf([]rule{
	{"root", "rows/mount-names-root"},
	{"app", "rows/mount-names-app"},
	{"__next", "rows/mount-names-__next"},
	{"__nuxt", "rows/mount-names-__nuxt"},
	{"___gatsby", "rows/mount-names-___gatsby"},
	{"react-root", "rows/mount-names-react-root"},
	{"app-root", "rows/mount-names-app-root"},
	{"svelte", "rows/mount-names-svelte"},
	{"q-app", "rows/mount-names-q-app"},
	{"main-app", "rows/mount-names-main-app"},
	{"ember-app", "rows/mount-names-ember-app"},
})
