package reading

// playerTitle are titles of frames that name the player and not the piece.
var playerTitle = expressions(`(?i)^\W*(%s)?\W*$`, []rule{
	{`(?:embedded )?(?:youtube|vimeo|video|audio|media|podcast|music|soundcloud|spotify|facebook)? ?(?:video|audio|media|podcast)? ?(?:player|embed|iframe|frame|widget|content)`, "rows/player-title-youtube-video-player"},
	{`(?:embedded )?(?:video|audio|podcast|map|chart|graph|table|document|interactive|graphic|infographic|content|pdf)`, "rows/player-title-embedded-content"},
	{`(?:interactive or visual|embedded|external|third.party) (?:content|media)`, "rows/player-title-interactive-or-visual-content"},
	{`(?:x|twitter|instagram|facebook|telegram|tiktok|threads|bluesky|linkedin) (?:post|tweet|embed|video)`, "rows/player-title-twitter-tweet"},
	{`(?:google )?maps?`, "rows/player-title-google-maps"},
	{`(?:3rd party )?(?:ad|ads|advertisement|ad content)`, "rows/player-title-advertisement"},
	{`untitled|undefined|null|title|test`, "rows/player-title-undefined"},
})

// playerPrefix begin the titles of frames, before the piece's title.
var playerPrefix = expressions(`(?i)^\W*(%s)\s*[:：]\s*`, []rule{
	{`(?:spotify|youtube|soundcloud|vimeo|scribd|slideshare) (?:embed|video|player)`, "rows/player-prefix-spotify-embed"},
	{`embed of`, "rows/player-prefix-embed-of"},
	{`(?:video|podcast|audio|map|chart)`, "rows/player-prefix-video"},
})

// kindWords are words in the addresses of pieces of services that are not known.
var kindWords = kindsOf([]rule{
	{`post @\w+/\d+`, "rows/kind-words-post"},
	{"map maps?([^a-z]|$)", "rows/kind-words-map"},
	{"map karte", "rows/kind-words-karte"},
	{"video videos?([^a-z]|$)", "rows/kind-words-video"},
	{"audio (audio|podcast)", "rows/kind-words-audio"},
	{"chart (charts?|graphs?|dataviz|viz|graphics?|infographics?|dashboards?|interactives?)([^a-z]|$)", "rows/kind-words-chart"},
})

// quoteClasses are classes of quotes of posts, which name their page in a link.
var quoteClasses = nameSetOf([]rule{
	{"twitter-tweet", "rows/quote-classes-twitter-tweet"},
	{"twitter-video", "rows/quote-classes-twitter-video"},
	{"instagram-media", "rows/quote-classes-instagram-media"},
	{"tiktok-embed", "rows/quote-classes-tiktok-embed"},
	{"mastodon-embed", "rows/quote-classes-mastodon-embed"},
	{"reddit-embed-bq", "rows/quote-classes-reddit-embed-bq"},
	{"reddit-card", "rows/quote-classes-reddit-card"},
	{"bluesky-embed", "rows/quote-classes-bluesky-embed"},
	{"text-post-media", "rows/quote-classes-text-post-media"},
})

// marks are forms of markup that a script or AMP makes a player of.
var marks = marksOf([]rule{
	{".flourish-embed data-src https://public.flourish.studio/*", "rows/marks-flourish-embed"},
	{".infogram-embed data-id https://infogram.com/*", "rows/marks-infogram-embed"},
	{".twitter-tweet data-tweet-id https://x.com/i/status/*", "rows/marks-twitter-tweet"},
	{".instagram-media data-instgrm-permalink *", "rows/marks-instagram-media"},
	{".tiktok-embed cite *", "rows/marks-tiktok-embed"},
	{".bluesky-embed data-bluesky-uri https://embed.bsky.app/embed/*", "rows/marks-bluesky-embed"},
	{".mastodon-embed data-embed-url *", "rows/marks-mastodon-embed"},
	{".text-post-media data-text-post-permalink *", "rows/marks-text-post-media"},
	{".fb-post data-href *", "rows/marks-fb-post"},
	{".fb-video data-href https://www.facebook.com/plugins/video.php?href=*", "rows/marks-fb-video"},
	{".imgur-embed-pub data-id https://imgur.com/*", "rows/marks-imgur-embed-pub"},
	{".pin-embed data-pin-id https://www.pinterest.com/pin/*", "rows/marks-pin-embed"},
	{".wistia_embed data-wistia-id https://fast.wistia.net/embed/iframe/*", "rows/marks-wistia-embed"},
	{".youtube-player data-id https://www.youtube.com/watch?v=*", "rows/marks-youtube-player"},
	{".youtube data-embed https://www.youtube.com/watch?v=*", "rows/marks-youtube"},
	{".rll-youtube-player data-id https://www.youtube.com/watch?v=*", "rows/marks-rll-youtube-player"},
	{".plyr__video-embed data-plyr-embed-id https://www.youtube.com/watch?v=*", "rows/marks-plyr-video-embed"},
	{".cld-video-player data-cld-source *", "rows/marks-cld-video-player"},
	{"lite-youtube videoid https://www.youtube.com/watch?v=*", "rows/marks-lite-youtube"},
	{"lite-vimeo videoid https://vimeo.com/*", "rows/marks-lite-vimeo"},
	{"youtube-video src *", "rows/marks-youtube-video"},
	{"oembed url *", "rows/marks-oembed"},
	{"tableau-viz src *", "rows/marks-tableau-viz"},
	{"video-js data-account,data-video-id https://players.brightcove.net/*/default_default/index.html?videoId=*", "rows/marks-video-js"},
	{"shreddit-embed href *", "rows/marks-shreddit-embed"},
	{"amp-youtube data-videoid https://www.youtube.com/watch?v=*", "rows/marks-amp-youtube"},
	{"amp-vimeo data-videoid https://vimeo.com/*", "rows/marks-amp-vimeo"},
	{"amp-dailymotion data-videoid https://www.dailymotion.com/video/*", "rows/marks-amp-dailymotion"},
	{"amp-twitter data-tweetid https://x.com/i/status/*", "rows/marks-amp-twitter"},
	{"amp-instagram data-shortcode https://www.instagram.com/p/*/", "rows/marks-amp-instagram"},
	{"amp-facebook data-href *", "rows/marks-amp-facebook"},
	{"amp-soundcloud data-trackid https://w.soundcloud.com/player/?url=https://api.soundcloud.com/tracks/*", "rows/marks-amp-soundcloud"},
	{"amp-iframe src *", "rows/marks-amp-iframe"},
	{"amp-video src *", "rows/marks-amp-video"},
	{"amp-video-iframe src *", "rows/marks-amp-video-iframe"},
	{"amp-audio src *", "rows/marks-amp-audio"},
	{"amp-brightcove data-account,data-video-id https://players.brightcove.net/*/default_default/index.html?videoId=*", "rows/marks-amp-brightcove"},
	{"amp-jwplayer data-media-id https://cdn.jwplayer.com/previews/*", "rows/marks-amp-jwplayer"},
	{"amp-reddit data-src *", "rows/marks-amp-reddit"},
	{"amp-gist data-gistid https://gist.github.com/*", "rows/marks-amp-gist"},
	{"amp-google-document-embed src *", "rows/marks-amp-google-document-embed"},
	{"amp-imgur data-imgur-id https://imgur.com/*", "rows/marks-amp-imgur"},
	{"amp-pinterest data-url *", "rows/marks-amp-pinterest"},
	{"amp-tiktok data-src *", "rows/marks-amp-tiktok"},
	{"amp-wistia-player data-media-hashed-id https://fast.wistia.net/embed/iframe/*", "rows/marks-amp-wistia-player"},
})

// embedScripts are scripts that write a piece in their place.
var embedScripts = scriptsOf([]rule{
	{`datawrapper\.dwcdn\.net/(\w+)/ https://datawrapper.dwcdn.net/*/`, "rows/scripts-datawrapper-dwcdn-net-w"},
	{`e\.infogram\.com/js/ https://infogram.com/* id=infogram_0_`, "rows/scripts-e-infogram-com-js"},
	{`telegram\.org/js/telegram-widget https://t.me/* data-telegram-post`, "rows/scripts-telegram-org-js-telegram-widge"},
	{`gist\.github\.com/([\w-]+/\w+)\.js https://gist.github.com/*`, "rows/scripts-gist-github-com-w-w-js"},
	{`(?:content|cdn)\.jwplatform\.com/players/(\w+)- https://cdn.jwplayer.com/previews/*`, "rows/scripts-content-cdn-jwplatform-com-pla"},
	{`cdn\.jwplayer\.com/players/(\w+)- https://cdn.jwplayer.com/previews/*`, "rows/scripts-cdn-jwplayer-com-players-w"},
	{`www\.buzzsprout\.com/(\d+/(?:episodes/)?\d+[\w-]*) https://www.buzzsprout.com/*`, "rows/scripts-www-buzzsprout-com-d-episodes"},
	{`player\.podigee-cdn\.net/podcast-player/ * data-configuration`, "rows/scripts-player-podigee-cdn-net-podcast"},
	{`fast\.wistia\.com/embed/medias/(\w+) https://fast.wistia.net/embed/iframe/*`, "rows/scripts-fast-wistia-com-embed-medias-w"},
})

// mediaPages are the pages for people of what players play.
var mediaPages = pagesOf([]rule{
	{`youtube.com /embed/videoseries\?(?:.*&)?list=([\w-]+) https://www.youtube.com/playlist?list=$1`, "rows/media-pages-youtube-com-embed-videoseries-list"},
	{`youtube.com /(?:embed|v|shorts|live)/([\w-]{3,}) https://www.youtube.com/watch?v=$1`, "rows/media-pages-youtube-com-embed-v-shorts-live-w"},
	{`youtube-nocookie.com /embed/([\w-]{3,}) https://www.youtube.com/watch?v=$1`, "rows/media-pages-youtube-nocookie-com-embed-w-3"},
	{`youtu.be /([\w-]{3,}) https://www.youtube.com/watch?v=$1`, "rows/media-pages-youtu-be-w-3"},
	{`player.vimeo.com /video/(\d+)\?(?:.*&)?h=(\w+) https://vimeo.com/$1/$2`, "rows/media-pages-player-vimeo-com-video-d-h-w"},
	{`player.vimeo.com /video/(\d+) https://vimeo.com/$1`, "rows/media-pages-player-vimeo-com-video-d"},
	{`dailymotion.com /embed/video/(\w+) https://www.dailymotion.com/video/$1`, "rows/media-pages-dailymotion-com-embed-video-w"},
	{`geo.dailymotion.com /player.*\?(?:.*&)?video=(\w+) https://www.dailymotion.com/video/$1`, "rows/media-pages-geo-dailymotion-com-player-video-w"},
	{`facebook.com /plugins/(?:video|post)\.php ?href`, "rows/media-pages-facebook-com-plugins-video-post-ph"},
	{"w.soundcloud.com /player ?url", "rows/media-pages-w-soundcloud-com-player"},
	{`open.spotify.com /embed(?:-podcast)?/(\w+/\w+) https://open.spotify.com/$1`, "rows/media-pages-open-spotify-com-embed-podcast-w-w"},
	{"embed.podcasts.apple.com /(.+) https://podcasts.apple.com/$1", "rows/media-pages-embed-podcasts-apple-com"},
	{`player.twitch.tv /\?(?:.*&)?video=(\w+) https://www.twitch.tv/videos/$1`, "rows/media-pages-player-twitch-tv-video-w"},
	{"embed.ted.com /talks/(.+) https://www.ted.com/talks/$1", "rows/media-pages-embed-ted-com-talks"},
	{`rutube.ru /play/embed/(\w+) https://rutube.ru/video/$1/`, "rows/media-pages-rutube-ru-play-embed-w"},
	{`ok.ru /videoembed/(\d+) https://ok.ru/video/$1`, "rows/media-pages-ok-ru-videoembed-d"},
	{`vk.com /video_ext\.php\?(?:.*&)?oid=(-?\d+)&(?:.*&)?id=(\d+) https://vk.com/video${1}_$2`, "rows/media-pages-vk-com-video-ext-php-oid-d-id-d"},
	{`vkvideo.ru /video_ext\.php\?(?:.*&)?oid=(-?\d+)&(?:.*&)?id=(\d+) https://vkvideo.ru/video${1}_$2`, "rows/media-pages-vkvideo-ru-video-ext-php-oid-d-id"},
	{`player.bilibili.com /player.html\?(?:.*&)?bvid=(\w+) https://www.bilibili.com/video/$1`, "rows/media-pages-player-bilibili-com-player-html-bv"},
	{`player.youku.com /embed/([\w=]+) https://v.youku.com/v_show/id_$1.html`, "rows/media-pages-player-youku-com-embed-w"},
	{`v.qq.com /(?:txp/)?iframe/(?:txp/)?player\.html\?(?:.*&)?vid=(\w+) https://v.qq.com/x/page/$1.html`, "rows/media-pages-v-qq-com-txp-iframe-txp-player-htm"},
	{`aparat.com /video/video/embed/videohash/(\w+) https://www.aparat.com/v/$1`, "rows/media-pages-aparat-com-video-video-embed-video"},
	{`streamable.com /[eo]/(\w+) https://streamable.com/$1`, "rows/media-pages-streamable-com-eo-w"},
	{`loom.com /embed/(\w+) https://www.loom.com/share/$1`, "rows/media-pages-loom-com-embed-w"},
	{"archive.org /embed/([^?]+) https://archive.org/details/$1", "rows/media-pages-archive-org-embed"},
	{`platform.twitter.com /embed/Tweet\.html\?(?:.*&)?id=(\d+) https://x.com/i/status/$1`, "rows/media-pages-platform-twitter-com-embed-tweet-h"},
	{`instagram.com /((?:p|reel|tv)/[\w-]+) https://www.instagram.com/$1/`, "rows/media-pages-instagram-com-p-reel-tv-w"},
	{`t.me /([\w]+/\d+) https://t.me/$1`, "rows/media-pages-t-me-w-d"},
	{`embed.bsky.app /embed/([\w:.]+)/app\.bsky\.feed\.post/(\w+) https://bsky.app/profile/$1/post/$2`, "rows/media-pages-embed-bsky-app-embed-w-app-bsky-fe"},
	{"embed.reddit.com /(r/.+) https://www.reddit.com/$1", "rows/media-pages-embed-reddit-com-r"},
	{`linkedin.com /embed/feed/update/(urn:li:\w+:\d+) https://www.linkedin.com/feed/update/$1/`, "rows/media-pages-linkedin-com-embed-feed-update-urn"},
	{`* /(@\w+/\d+)/embed$ https://{host}/$1`, "rows/media-pages-w-d-embed"},
	{`scribd.com /embeds/(\d+) https://www.scribd.com/document/$1`, "rows/media-pages-scribd-com-embeds-d"},
	{`e.issuu.com /embed\.html\?(?:.*&)?d=([\w.-]+)&(?:.*&)?u=([\w.-]+) https://issuu.com/$2/docs/$1`, "rows/media-pages-e-issuu-com-embed-html-d-w-u-w"},
	{`embed.documentcloud.org /documents/([\w-]+) https://www.documentcloud.org/documents/$1/`, "rows/media-pages-embed-documentcloud-org-documents"},
	{"docs.google.com /(?:gview|viewer) ?url", "rows/media-pages-docs-google-com-gview-viewer"},
	{`docs.google.com /presentation/d/(e/)?([\w-]+)/embed https://docs.google.com/presentation/d/$1$2/pub`, "rows/media-pages-docs-google-com-presentation-d-e-w"},
	{`drive.google.com /file/d/([\w-]+)/preview https://drive.google.com/file/d/$1/view`, "rows/media-pages-drive-google-com-file-d-w-preview"},
	{"view.officeapps.live.com /op/ ?src", "rows/media-pages-view-officeapps-live-com-op"},
	{`* .*/viewer\.html ?file`, "rows/media-pages-viewer-html"},
	{`google.com /maps/embed\?(?:.*&)?pb=[^&]*!2d(-?\d+(?:\.\d+)?)!3d(-?\d+(?:\.\d+)?) https://www.google.com/maps/search/?api=1&query=$2,$1`, "rows/media-pages-google-com-maps-embed-pb-2d-d-d-3d"},
	{`google.com /maps/embed/v1/\w+\?(?:.*&)?q=([^&]+) https://www.google.com/maps/search/?api=1&query=$1`, "rows/media-pages-google-com-maps-embed-v1-w-q"},
	{`google.com /maps/d/(?:u/\d+/)?embed\?(?:.*&)?mid=([\w.-]+) https://www.google.com/maps/d/viewer?mid=$1`, "rows/media-pages-google-com-maps-d-u-d-embed-mid-w"},
	{`openstreetmap.org /export/embed\.html\?(?:.*&)?marker=(-?[\d.]+)(?:%2C|,)(-?[\d.]+) https://www.openstreetmap.org/?mlat=$1&mlon=$2`, "rows/media-pages-openstreetmap-org-export-embed-htm"},
	{`flo.uri.sh /visualisation/(\d+)/embed https://public.flourish.studio/visualisation/$1/`, "rows/media-pages-flo-uri-sh-visualisation-d-embed"},
	{`flo.uri.sh /story/(\d+)/embed https://public.flourish.studio/story/$1/`, "rows/media-pages-flo-uri-sh-story-d-embed"},
	{`e.infogram.com /([\w-]+) https://infogram.com/$1`, "rows/media-pages-e-infogram-com-w"},
	{`datawrapper.dwcdn.net /(\w+) https://datawrapper.dwcdn.net/$1/`, "rows/media-pages-datawrapper-dwcdn-net-w"},
})

// mediaPictures are still pictures that services offer.
var mediaPictures = pagesOf([]rule{
	{`youtube.com /(?:embed|v|shorts|live)/([\w-]{3,}) https://i.ytimg.com/vi/$1/hqdefault.jpg`, "rows/media-pictures-youtube-com-embed-v-shorts-live-w"},
	{`youtube.com /watch\?(?:.*&)?v=([\w-]{3,}) https://i.ytimg.com/vi/$1/hqdefault.jpg`, "rows/media-pictures-youtube-com-watch-v-w-3"},
	{`youtube-nocookie.com /embed/([\w-]{3,}) https://i.ytimg.com/vi/$1/hqdefault.jpg`, "rows/media-pictures-youtube-nocookie-com-embed-w-3"},
	{`youtu.be /([\w-]{3,}) https://i.ytimg.com/vi/$1/hqdefault.jpg`, "rows/media-pictures-youtu-be-w-3"},
	{`datawrapper.dwcdn.net /(\w+) https://datawrapper.dwcdn.net/$1/full.png`, "rows/media-pictures-datawrapper-dwcdn-net-w"},
	{`public.flourish.studio /(visualisation|story)/(\d+) https://public.flourish.studio/$1/$2/thumbnail`, "rows/media-pictures-public-flourish-studio-visualisati"},
	{`flo.uri.sh /(visualisation|story)/(\d+) https://public.flourish.studio/$1/$2/thumbnail`, "rows/media-pictures-flo-uri-sh-visualisation-story-d"},
	{`dailymotion.com /(?:embed/)?video/(\w+) https://www.dailymotion.com/thumbnail/video/$1`, "rows/media-pictures-dailymotion-com-embed-video-w"},
})
