package service

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"corridor/trouble"
)

const (
	// leastSpace is the free space below which the data folder counts as full. PostgreSQL
	// needs 16 MiB for each of its log files.
	leastSpace = 64 << 20
)

// noteSpace tells the log when the data folder has little space. A full disk stops the private
// PostgreSQL and the capture of emails.
func (s *Service) noteSpace(ctx context.Context, free func(folder string) (uint64, error)) {
	folder := s.Config.Server.Data
	space, err := free(folder)
	switch {
	case errors.Is(err, fs.ErrNotExist): // nothing is kept there
		err = nil
	case err == nil && space < leastSpace:
		err = fmt.Errorf("%d MiB are free", space>>20)
	}
	_ = s.Troubles.Note(ctx, trouble.Disk, folder, err)
}

// freeBytes is the space of a folder's file system that an unprivileged user may fill. A file
// system without free inodes has none.
func freeBytes(folder string) (uint64, error) {
	var stat syscall.Statfs_t
	if err := syscall.Statfs(folder, &stat); err != nil {
		return 0, err
	}
	if stat.Files > 0 && stat.Ffree == 0 {
		return 0, nil
	}
	return stat.Bavail * uint64(stat.Bsize), nil
}
