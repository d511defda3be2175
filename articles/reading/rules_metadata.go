package reading

// tagMetas are names of meta elements that hold labels, separated by commas or semicolons.
var tagMetas = nameSetOf([]rule{
	{"article:tag", "rows/tag-metas-article-tag"},
	{"keywords", "rows/tag-metas-keywords"},
	{"news_keywords", "rows/tag-metas-news_keywords"},
	{"parsely-tags", "rows/tag-metas-parsely-tags"},
	{"sailthru.tags", "rows/tag-metas-sailthru-tags"},
	{"dc.subject", "rows/tag-metas-dc-subject"},
	{"dcterms.subject", "rows/tag-metas-dcterms-subject"},
})

// sectionMetas are names of meta elements that hold one label.
var sectionMetas = nameSetOf([]rule{
	{"article:section", "rows/section-metas-article-section"},
	{"parsely-section", "rows/section-metas-parsely-section"},
})

// authorMetas are names of meta elements that hold authors.
var authorMetas = nameSetOf([]rule{
	{"author", "rows/author-metas-author"},
	{"article:author", "rows/author-metas-article-author"},
	{"citation_author", "rows/author-metas-citation_author"},
	{"dc.creator", "rows/author-metas-dc-creator"},
	{"dcterms.creator", "rows/author-metas-dcterms-creator"},
	{"parsely-author", "rows/author-metas-parsely-author"},
	{"sailthru.author", "rows/author-metas-sailthru-author"},
	{"byl", "rows/author-metas-byl"},
	{"twitter:creator:name", "rows/author-metas-twitter-creator-name"},
})

// publishedMetas are names of meta elements with the date of publication, the surest first.
var publishedMetas = listOf([]rule{
	{"article:published_time", "rows/published-metas-article-published_time"},
	{"article:published", "rows/published-metas-article-published"},
	{"og:article:published_time", "rows/published-metas-og-article-published_time"},
	{"og:published_time", "rows/published-metas-og-published_time"},
	{"datepublished", "rows/published-metas-datepublished"},
	{"citation_publication_date", "rows/published-metas-citation_publication_date"},
	{"citation_date", "rows/published-metas-citation_date"},
	{"citation_online_date", "rows/published-metas-citation_online_date"},
	{"dc.date.issued", "rows/published-metas-dc-date-issued"},
	{"dcterms.issued", "rows/published-metas-dcterms-issued"},
	{"dc.date", "rows/published-metas-dc-date"},
	{"dcterms.date", "rows/published-metas-dcterms-date"},
	{"dcterms.created", "rows/published-metas-dcterms-created"},
	{"dc.date.created", "rows/published-metas-dc-date-created"},
	{"parsely-pub-date", "rows/published-metas-parsely-pub-date"},
	{"sailthru.date", "rows/published-metas-sailthru-date"},
	{"pubdate", "rows/published-metas-pubdate"},
	{"publish-date", "rows/published-metas-publish-date"},
	{"publish_date", "rows/published-metas-publish_date"},
	{"publication_date", "rows/published-metas-publication_date"},
	{"publication-date", "rows/published-metas-publication-date"},
	{"date", "rows/published-metas-date"},
	{"article.published", "rows/published-metas-article-published-2"},
	{"article_date_original", "rows/published-metas-article_date_original"},
	{"release_date", "rows/published-metas-release_date"},
})

// updatedMetas are names of meta elements with the date of the last edit, the surest first.
var updatedMetas = listOf([]rule{
	{"article:modified_time", "rows/updated-metas-article-modified_time"},
	{"og:updated_time", "rows/updated-metas-og-updated_time"},
	{"datemodified", "rows/updated-metas-datemodified"},
	{"dcterms.modified", "rows/updated-metas-dcterms-modified"},
	{"last-modified", "rows/updated-metas-last-modified"},
})

// articleTypes are the types that JSON-LD gives articles.
var articleTypes = nameSetOf([]rule{
	{"Article", "rows/article-types-article"},
	{"NewsArticle", "pages/json-ld-several"},
	{"BlogPosting", "rows/article-types-blogposting"},
	{"Report", "rows/article-types-report"},
	{"ScholarlyArticle", "rows/article-types-scholarlyarticle"},
	{"AnalysisNewsArticle", "rows/article-types-analysisnewsarticle"},
	{"OpinionNewsArticle", "rows/article-types-opinionnewsarticle"},
	{"ReportageNewsArticle", "rows/article-types-reportagenewsarticle"},
	{"TechArticle", "rows/article-types-techarticle"},
	{"PressRelease", "rows/article-types-pressrelease"},
	{"ReviewNewsArticle", "rows/article-types-reviewnewsarticle"},
	{"SocialMediaPosting", "rows/article-types-socialmediaposting"},
	{"CreativeWork", "rows/article-types-creativework"},
})

// siteTypes are the types that JSON-LD gives the site and its publisher.
var siteTypes = nameSetOf([]rule{
	{"WebSite", "rows/site-types-website"},
	{"Organization", "rows/site-types-organization"},
	{"NewsMediaOrganization", "rows/site-types-newsmediaorganization"},
})
