package main

import (
	"io"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
)

// pagesBar shows on a terminal how many of the pages found so far a gather has read. Sources
// that are read at once share it.
type pagesBar struct {
	mu          sync.Mutex
	bar         *progressbar.ProgressBar
	found, read int
}

// newPagesBar draws a bar without an end, as long as lists are read and no page is known.
func newPagesBar(to io.Writer) *pagesBar {
	b := &pagesBar{bar: progressbar.NewOptions(-1, progressbar.OptionSetWriter(to), progressbar.OptionSetDescription("gathering: lists"),
		progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionSetItsString("pages"), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish())}
	_ = b.bar.RenderBlank()
	return b
}

// add counts pages that were found and read.
func (b *pagesBar) add(found, read int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.found == 0 && found > 0 {
		b.bar.Describe("gathering: pages")
	}
	b.found, b.read = b.found+found, b.read+read
	if b.read < b.found { // a full bar is over, and another source may find more
		b.bar.ChangeMax(b.found)
		_ = b.bar.Set(b.read)
	}
}

func (b *pagesBar) finish() {
	b.mu.Lock()
	defer b.mu.Unlock()
	_ = b.bar.Finish()
}
