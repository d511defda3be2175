package web

import (
	"corridor/articles"
	"corridor/templates"
)

// pieces returns headlines as pages show them.
func (s *Server) pieces(list []articles.Headline) []templates.Piece {
	var out []templates.Piece
	for _, h := range list {
		out = append(out, s.piece(h))
	}
	return out
}

// piece returns a headline with the names of its labels. Slugs that are not configured
// have no name.
func (s *Server) piece(h articles.Headline) templates.Piece {
	return templates.Piece{
		Title: h.Title, URL: h.URL, Authors: h.Authors, Date: h.Date,
		Labels: append(names(s.Programs, h.Programs), names(s.Regions, h.Regions)...),
	}
}
