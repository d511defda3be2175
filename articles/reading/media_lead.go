package reading

import (
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// leadMedia is the first piece embedded above the text, in the headline's article or main
// element; nil without one.
func (p *articlePage) leadMedia() *html.Node {
	container := within(p.headline, atom.Article, atom.Main)
	if container == nil {
		return nil
	}
	for n := range p.descend(container) {
		switch {
		case n.Data == mediaElement:
			if within(n, atom.Aside, atom.Nav, atom.Form) != nil {
				return nil
			}
			return n
		case n.DataAtom == atom.P && p.prose(n) >= 60:
			return nil
		}
	}
	return nil
}

// putLead puts the piece above the text at its beginning, when it is not in it.
func (p *articlePage) putLead(body *html.Node) {
	for n := p.lead; n != body; n = n.Parent {
		if n == nil {
			if p.lead == nil {
				return
			}
			if p.lead.Parent != nil {
				p.lead.Parent.RemoveChild(p.lead)
			}
			body.InsertBefore(p.lead, body.FirstChild)
			return
		}
	}
}
