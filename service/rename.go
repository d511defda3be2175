package service

import (
	"context"
	"time"

	"corridor/articles"
	"corridor/subscribers"

	"github.com/jmoiron/sqlx"
)

// renameLabels applies former_slugs to articles and readers in one transaction, so that no
// digest is planned in between.
func (s *Service) renameLabels(ctx context.Context) error {
	return s.DB.InTx(ctx, func(tx *sqlx.Tx) error {
		for _, p := range s.Config.Programs {
			if err := s.renameTx(ctx, tx, articles.Programs, p.FormerSlugs, p.Slug); err != nil {
				return err
			}
		}
		for _, r := range s.Config.Regions {
			if err := s.renameTx(ctx, tx, articles.Regions, r.FormerSlugs, r.Slug); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Service) renameTx(ctx context.Context, tx *sqlx.Tx, d articles.Dimension, former []string, slug string) error {
	if len(former) == 0 {
		return nil
	}
	n, err := articles.RenameLabelTx(ctx, tx, d, former, slug, time.Now())
	if err != nil {
		return err
	}
	if n > 0 {
		s.Log.Info("articles of a renamed label were updated", "label", slug, "articles", n)
	}
	return subscribers.RenameChoiceTx(ctx, tx, d == articles.Programs, former, slug)
}
