package smtp

import "regexp"

// replyRule is a row of the table from texts to meanings. The first matching row decides,
// so rows that do not suppress a reader precede rows that do. testdata/replies.tsv contains
// the replies that need each row.
type replyRule struct {
	meaning  Meaning
	enhanced string // prefix of the enhanced code; empty matches any code, or none
	words    *regexp.Regexp
}

func row(meaning Meaning, enhanced, words string) replyRule {
	return replyRule{meaning, enhanced, regexp.MustCompile(words)}
}

const (
	mailboxNouns = `(user\w*|recipients?|rcpt|mail ?box\w*|(e-?mail |mail )?address(es)?|addressee|(e-?mail |user )?account|local[- ]?part|alias|customer|destination|subscriber|member|name)`
	isGone       = `(unknown|not (been |be )?(found|known|recogni[sz]ed|listed|valid|active|activated|available|exist\w*)|(does|do|did) ?n[o']t exist|non-?exist\w*|existiert nicht|unrecogni[sz]ed|invalid|undeliverable|(is |are )?no longer \w+|has been (\w+ )?(closed|deleted|removed|disabled|deactivated|discontinued|suspended|terminated)|has (moved|left|expired)|closed|deleted|disabled|inactive|deactivated|discontinued|suspended|terminated|expired|unavailable|blocked due to inactivity)`
)

// replyRules match the result of plainWords.
var replyRules = []replyRule{
	// Reasons in Google's links.
	row(MailboxBusy, "", `\bp=receivingrate`),
	row(MailboxFull, "", `\bp=overquota`),
	row(NoMailbox, "", `\bp=(nosuchuser|disableduser)`),

	// Microsoft 365 refuses unknown recipients at its edge with this text. Postfix and
	// others use the same text with other codes to refuse the sender.
	row(NoMailbox, "5.4.1", `^(all )?recipient address(es)? rejected ?: access denied`),

	// Mailboxes and mailing lists that accept certain senders only.
	row(Unclear, "", `resolver\.rst\.|only accepts (mail|messages)|not allowed to send to this|not authorized to send to (this |the )?recipient|allowed to receive mail from outside`),

	// The report of a relay that gave up.
	row(Unclear, "", `^message expired`),

	// Temporary refusals.
	row(Later, "", `gr[ea]y-?list|\b(try|retry|resend|come back|again)( \w+)? later\b|\b(try again|retry) (in|after)\b`),
	row(MailboxBusy, "", `receiving mail (at a rate|too quickly)|at a later time|\btemporar(y|ily)\b|mailbox (is )?(currently )?busy|mailbox cannot be accessed|(at this|at the) (time|moment)|right now`),

	// The sender's quotas. They precede the quotas of mailboxes.
	row(Us, "", `\b(daily|hourly|monthly|sending|outgoing|outbound|relay|rate|smtp|credits?) (\w+ ){0,3}(limits?|quota|exceeded)|\b(per|an|each) (hour|day|minute|second)\b|limit for message recipients|throttl|too many|frequency limited|maximum (number|credits|connections)`),
	row(MailboxFull, "", `over ?quota|quota\w* ?(is |has been |was )?(exceeded|full)|exceed(s|ed|ing)? (\w+ ){0,3}(quota|storage)|(mail ?box|account|inbox|mail ?folder|recipient storage) (\w+ ){0,3}(is )?full|\bfull (mail ?box|inbox)|out of storage|insufficient (system |disk )?storage|mail ?box (size|is too|has exceeded|exceeds)|not enough (storage|space)|postfach ist voll|переполнен`),

	// The sender.
	row(Us, "", `\bsenders?\b|send ?as|\bfrom'? address|\bmail from\b|\bfrom header|return[- ](path|address)|\bhelo\b|\behlo\b|\bspf\b|\bdkim\b|\bdmarc\b|authenticat|authori[sz]|permission|credential|password|sign in|log ?in first|\b(not|un)[- ]?(yet )?verified sender|(is|are) not verified|unverified domain|verified sender|\bcallout\b|sending (account|domain|paused|ip|server|mta|host)|(disabled|suspended|blocked) (for|from) (sending|outgoing)`),
	row(Us, "", `\brelay(ing)?\b( mail)? ?(access|denied|rejected|not|is not|prohibited|disallowed|restricted)|(unable|not permitted|not allowed|refuse|denied|attempt|allowed) to relay|not (\w+ ){0,2}relay\b|no relay|do(es)? not relay|rcpthosts`),
	row(Us, "", `\bips?\b|\bip's\b|(invalid|bad) dns|\bclient host\b|\byour (host|server|access|account|domain|network|isp|mail ?server|internet|provider|message can't|smtp|ip)|\breverse[- ]?dns|\brdns\b|\bptr\b|\bdns entries|cannot find your|connections? (\w+ )?(refused|not accepted|rejected|denied|will)|(start)?tls\b|encrypt|certificate|messages from\b|\bmta\b`),
	row(Us, "", `black ?-?list|block ?-?list|deny ?-?list|\brbl\b|dnsbl|spamhaus|spamcop|sorbs|barracuda|uceprotect|surbl|invaluement|abuseat|mailspike|psbl|njabl|\b(is|was|are|been|currently) (also )?listed\b|\blisting in\b|reputation|\bbanned\b|\babuse\b|spam ?trap|poor|\bpolic(y|ies)\b|administrative(ly)? prohibit|outgoing blocked|will not accept delivery`),

	// The message.
	row(ThisMessage, "", `(message|mail) (size|is too|too|exceed\w*|larger)|too (large|big|long)|size limit|exceeds? (\w+ ){0,3}size|virus|malware|infected|phish|\bcontent\b|attachment|\bmime\b|bare (lf|cr)|line length|\bspam|unsolicited|\bjunk\b|bulk mail|message (\w+ ){0,2}suspicio|(5322|malformed|missing|invalid|duplicate) headers?|(unknown|invalid|bad|unsupported) (charset|encoding|message|character)`),
	row(Us, "", `(blocked|refused|rejected|denied) (using|by|because|under|for)|message (\w+ ){0,2}(refused|blocked|filtered|denied)|service refuse|\brestrict(s|ed|ion)`),

	// The mailbox.
	row(NoMailbox, "", `recipients? (is |was )?not in (the |our )?(directory|address ?book)|resolver\.adr\.\w*notfound|recip(ient)?notfound|user_?unknown\b|nosuchuser|address_not_found|cuda_nsu`),
	row(Unclear, "", `no valid recipients|unknown (mailer )?error|invalid (command|argument|state)`),
	row(MailboxBusy, "", `(server|system|directory|lookup|database|resource|backend) (is |are )?(\w+ )?(unavailable|not available|failed|failure|down|error|timed? ?out|offline)|maintenance`),
	row(NoDomain, "", `domain (name )?(\w+ )?(not found|unknown|does not (exist|accept)|is not (found|known))|(unknown|invalid|no such|bad|unrouteable|unroutable|unrouteable mail) domain|host (name )?(is )?(unknown|not found)|bad destination (host|system)|nxdomain|(find|route to) (the )?(recipient )?domain|unknown host|null ?mx|no mx\b|does not accept mail`),
	row(NoMailbox, "", `\bno (such|valid|known)( local| e-?mail| mail)? ?(user|recipient|mail ?box|account|address|person|customer|subscriber|alias|destination|mail drop|entry|one)`),
	row(NoMailbox, "", `\bno (mail ?box|account|user|recipient|address|one) (here|found|exists|by|with|at|available|for)\b|there is no (such )?(user|mail ?box|account|address|one|recipient)|\bnot? (\w+ )?(our|a known|a valid|a local|an active) (customer|user|address|account|recipient|mail ?box|rfc)|not our customer|not a valid`),
	row(NoMailbox, "", `\b`+mailboxNouns+`( @| [\w.'()-]+){0,4}?[\s:;,.!-]+((is|was|are|were|has been|currently|be|or|an?|this|could|can) )*`+isGone),
	row(NoMailbox, "", `\b(unknown|invalid|bad|illegal|non-?existe?nt|undeliverable|inactive|disabled|unrouteable|unroutable|wrong|incorrect|expired|unresolvable|deactivated) ((or|and|local|virtual|mailbox|destination|email|e-mail|mail|illegal|invalid|unknown|recipient('s)?|user|at least one) )*`+mailboxNouns+`\b`),
	row(NoMailbox, "", `(does ?n[o']t|has no|not) have an? ( ?[\w.-]+ )?(account|mail ?box)|not (known|listed) (here|at this|in|on)|no longer (accepts?|receives?|an? |on |with |works?|employed|valid|active|in use|exists?|available)|not accepting (messages|mail|e-?mail)|mail ?box name not allowed|(valid|bad)rcptto|user address required|\bhas left\b|^[@ .:]*((is|was|does|did) )*(not (exist|found|known)|unknown|invalid)`),
	row(NoMailbox, "5.1.", `^[@# :]*(recipient |e-?mail )*address rejected\b|recipient (@ )?rejected`),
	row(NoMailbox, "", `unbekannt|inconnue?\b|desconocid|desconhecid|sconosciut|inesistent|inexistent|no existe|nie ma takiego|nie istnieje|nieaktywn|d[eé]sactiv[eé]|не (существует|найден)|нет такого|неизвестн|отключ[её]н|不存在|存在しません`),

	// Refusals that do not mention the mailbox, and texts that make its code doubtful.
	row(Unclear, "", `\b(verif\w+|lookup|challenge|confirm\w*|contact|server|approv\w+|only accepts|moderat\w+|limit|retry|dns|until|stopped)\b`),
	row(Us, "", `access denied|\bdenied\b|prohibited|not (permitted|allowed|accepted)|\brefused?s?\b|\bblocked\b|rejected by (destination|recipient) domain|free accounts|unauthorized|unregistered|\bmail rejected\b|message (was )?rejected`),
}

// enhancedRules map enhanced codes to meanings, for texts that match no rule. A code that
// ends in a dot is a prefix.
var enhancedRules = []struct {
	enhanced string
	meaning  Meaning
}{
	{"5.1.1", NoMailbox},
	{"5.1.3", NoMailbox},
	{"5.1.6", NoMailbox},
	{"5.1.10", NoMailbox},
	{"5.2.1", NoMailbox},
	{"5.1.2", NoDomain},
	{"5.4.4", NoDomain},
	{"5.1.7", Us},
	{"5.1.8", Us},
	{"5.1.90", Us},
	{"5.4.5", Us},
	{"5.5.1", Us},
	{"5.5.2", Us},
	{"5.5.4", Us},
	{"5.7.", Us},
	{"5.2.2", MailboxFull},
	{"5.2.3", ThisMessage},
	{"5.3.4", ThisMessage},
	{"5.6.", ThisMessage},
}
