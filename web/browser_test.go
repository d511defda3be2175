package web

import (
	"context"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"corridor/subscribers"
	"corridor/testkit"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// With -screenshots DIR the browser test saves images of the pages, narrow and wide, light
// and dark, for inspection.
var screenshots = flag.String("screenshots", "", "folder for pictures of the pages")

// browser is a tab of Chromium.
type browser struct {
	t   *testing.T
	ctx context.Context
}

// newBrowser starts Chromium, or fails naming the package to install.
func newBrowser(t *testing.T) browser {
	t.Helper()
	testkit.Heavy(t)
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Fatal("this test needs Chromium; on Debian: apt-get install chromium")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox,
		chromedp.Flag("disable-dev-shm-usage", true), chromedp.Env("TZ=Asia/Almaty"))
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	ctx, cancel = context.WithTimeout(ctx, time.Minute)
	t.Cleanup(cancel)
	return browser{t, ctx}
}

// do runs one step, and names it when it fails.
func (b browser) do(step string, actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, actions...); err != nil {
		b.t.Fatalf("%s: %v", step, err)
	}
}

// ask runs one action and returns its answer.
func ask[T any](b browser, what string, a chromedp.Action[T]) T {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, a)
	if err != nil {
		b.t.Fatalf("%s: %v", what, err)
	}
	return v
}

// look checks that the page fits a phone, and saves an image if asked to.
func (b browser) look(name string) {
	b.t.Helper()
	for _, width := range []int64{375, 1280} {
		b.do(name, chromedp.EmulateViewport(width, 900))
		if over := ask(b, name, chromedp.Evaluate[int](`document.documentElement.scrollWidth - innerWidth`)); over > 0 {
			b.t.Errorf("%s is %d pixels wider than a window of %d", name, over, width)
		}
		if *screenshots == "" {
			continue
		}
		for _, light := range []string{"light", "dark"} {
			_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
				Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: light}},
			})
			if err != nil {
				b.t.Fatal(err)
			}
			png := ask(b, name, chromedp.FullScreenshot(100))
			file := filepath.Join(*screenshots, name+"-"+strconv.Itoa(int(width))+"-"+light+".png")
			if err := os.WriteFile(file, png, 0o644); err != nil {
				b.t.Fatal(err)
			}
		}
	}
}

func TestReaderInABrowser(t *testing.T) {
	st := newSite(t)
	saveArticle(t, st.Articles, "Kazakhstan and Azerbaijan Aim to Enhance Strategic Partnership", "", "eep")
	saveArticle(t, st.Articles, "What the new corridor means for ports on both shores", "", "spp")
	b := newBrowser(t)
	css := func(s string) chromedp.CSS { return chromedp.CSS(s) }
	b.do("front page", chromedp.Navigate(st.url), chromedp.WaitVisible(css(`#email`)))
	if zone := ask(b, "zone", chromedp.Value(css(`#time_zone`))); zone != "Asia/Almaty" {
		t.Errorf("the form guesses %q", zone)
	}
	b.look("home")
	b.do("wrong address", chromedp.SendKeys(css(`#email`), "anna@localhost"), chromedp.Click(css(`#choice-these`)), chromedp.Click(css(`#programs-0`)), chromedp.Click(css(`#frequency-1`)),
		chromedp.Click(css(`button[type=submit]`)), chromedp.WaitVisible(css(`#email-error`)))
	if id := ask(b, "focus", chromedp.Evaluate[string](`document.activeElement.id`)); id != "email" {
		t.Errorf("the focus is on %q", id)
	}
	b.look("home-wrong")
	b.do("sign-up", chromedp.SetValue(css(`#email`), "anna@example.org"), chromedp.Click(css(`button[type=submit]`)), chromedp.WaitVisible(css(`.notice h1`)))
	b.look("signed-up")

	b.do("confirmation", chromedp.Navigate(st.url+st.link("confirm", "anna@example.org")), chromedp.WaitVisible(css(`main button`)))
	b.look("confirm")
	b.do("confirming", chromedp.Click(css(`main button`)), chromedp.WaitVisible(css(`a[href^="/preferences/"]`)))
	b.look("confirmed")
	if p := st.find("anna@example.org").Preferences; p.TimeZone != "Asia/Almaty" || p.Frequency != "daily" || strings.Join(p.Programs, " ") != "eep" {
		t.Errorf("chosen: %+v", p)
	}

	b.do("preferences", chromedp.Click(css(`a[href^="/preferences/"]`)), chromedp.WaitVisible(css(`#meaning`)))
	b.look("preferences")
	b.do("changing", chromedp.Click(css(`#programs-1`)), chromedp.Click(css(`#regions-0`)), chromedp.Click(css(`button[value=save]`)), chromedp.WaitVisible(css(`[role=status]`)))
	if p := st.find("anna@example.org").Preferences; strings.Join(append(p.Programs, p.Regions...), " ") != "eep spp central-asia" {
		t.Errorf("changed: %+v", p)
	}
	b.do("unticking", chromedp.Click(css(`#programs-0`)), chromedp.Click(css(`#programs-1`)), chromedp.Click(css(`#regions-0`)), chromedp.Click(css(`button[value=save]`)),
		chromedp.WaitVisible(css(`#choice-error`)))
	b.look("preferences-none")
	if p := st.find("anna@example.org").Preferences; len(p.Programs) != 2 || len(p.Regions) != 1 {
		t.Errorf("without a tick: %+v", p)
	}
	b.do("everything", chromedp.Click(css(`#choice-all`)), chromedp.Click(css(`button[value=save]`)), chromedp.WaitVisible(css(`[role=status]`)))
	b.look("preferences-all")
	if p := st.find("anna@example.org").Preferences; len(p.Programs)+len(p.Regions) != 0 {
		t.Errorf("everything: %+v", p)
	}

	b.do("leaving page", chromedp.Click(css(`a[href^="/unsubscribe/"]`)), chromedp.WaitVisible(css(`button[value=leave]`)))
	b.look("unsubscribe")
	b.do("leaving", chromedp.Click(css(`button[value=leave]`)), chromedp.WaitVisible(css(`button[value=return]`)))
	b.look("left")
	if st.find("anna@example.org").State != subscribers.Left {
		t.Error("still a reader")
	}
	b.do("a dead link", chromedp.Navigate(st.url+"/confirm/xyz"), chromedp.WaitVisible(css(`h1`)))
	b.look("dead-link")
}
