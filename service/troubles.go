package service

import (
	"context"

	"corridor/articles"
	"corridor/trouble"
)

// noteGather logs the beginning and the end of a trouble with a source.
func (s *Service) noteGather(ctx context.Context, source string, failures []articles.Failure) {
	var err error
	if len(failures) > 0 {
		err = failures[0].Err
	}
	_ = s.Troubles.Note(ctx, trouble.Source, source, err)
}
