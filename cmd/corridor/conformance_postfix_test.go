//go:build conformance

package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// postfix is a Postfix of its own folder, which relays emails to a mail server.
type postfix struct {
	t       *testing.T
	dir     string
	address string // SMTP
}

// startPostfix starts a Postfix with further lines of main.cf.
func startPostfix(t *testing.T, settings ...string) *postfix {
	t.Helper()
	needRoot(t)
	dir := serverFolder(t, "postfix")
	p := &postfix{t: t, dir: dir, address: freeAddress(t)}
	for _, sub := range []string{"etc", "spool", "data"} {
		must(t, os.Mkdir(filepath.Join(dir, sub), 0o755))
	}
	runTool(t, "chown", "postfix", filepath.Join(dir, "data"))
	main := []string{
		"compatibility_level = 3.6", "queue_directory = " + dir + "/spool", "data_directory = " + dir + "/data",
		"mail_owner = postfix", "setgid_group = postdrop", "inet_interfaces = 127.0.0.1", "inet_protocols = ipv4",
		"myhostname = relay.example.net", "mydestination =", "mynetworks = 127.0.0.0/8", "alias_maps =", "local_recipient_maps =",
		"smtpd_delay_reject = no", "smtpd_relay_restrictions = permit_mynetworks, reject", "smtp_host_lookup = native",
		"maillog_file = " + dir + "/spool/log", "maillog_file_prefixes = " + dir,
		"minimal_backoff_time = 1s", "maximal_backoff_time = 2s", "queue_run_delay = 1s", "smtp_tls_security_level = none", "disable_dns_lookups = yes",
	}
	must(t, os.WriteFile(filepath.Join(dir, "etc", "main.cf"), []byte(strings.Join(append(main, settings...), "\n")+"\n"), 0o644))
	must(t, os.WriteFile(filepath.Join(dir, "etc", "master.cf"), []byte(p.address+` inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 1 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
`), 0o644))
	p.do("start")
	t.Cleanup(func() {
		p.do("stop")
		if t.Failed() {
			log, _ := os.ReadFile(filepath.Join(dir, "spool", "log"))
			t.Logf("log of Postfix:\n%s", log)
		}
	})
	awaitAddress(t, p.address)
	return p
}

// do runs the command postfix.
func (p *postfix) do(command string) {
	p.t.Helper()
	runTool(p.t, "postfix", "-c", filepath.Join(p.dir, "etc"), command)
}

// set changes settings and lets the running Postfix read them.
func (p *postfix) set(settings ...string) {
	p.t.Helper()
	runTool(p.t, "postconf", append([]string{"-c", filepath.Join(p.dir, "etc"), "-e"}, settings...)...)
	p.do("reload")
	time.Sleep(2 * time.Second) // processes of the former settings end after their session
}

// dovecot is a Dovecot with one account, which takes everything over LMTP.
type dovecot struct{ imap, pop3, lmtp string }

const dovecotUser, dovecotPassword = "box", "pass word"

func startDovecot(t *testing.T) dovecot {
	t.Helper()
	needRoot(t)
	dir := serverFolder(t, "dovecot")
	d := dovecot{imap: freeAddress(t), pop3: freeAddress(t), lmtp: freeAddress(t)}
	must(t, os.Mkdir(filepath.Join(dir, "mail"), 0o755))
	runTool(t, "chown", "nobody:nogroup", filepath.Join(dir, "mail"))
	must(t, os.WriteFile(filepath.Join(dir, "users"), []byte(dovecotUser+":{PLAIN}"+dovecotPassword+"\n"), 0o644))
	listener := func(service, address string) string {
		_, port, _ := net.SplitHostPort(address)
		return fmt.Sprintf("service %s-login {\n inet_listener %s {\n address = 127.0.0.1\n port = %s\n }\n inet_listener %ss {\n port = 0\n }\n}\n", service, service, port, service)
	}
	_, lmtpPort, _ := net.SplitHostPort(d.lmtp)
	config := `base_dir = ` + dir + `/run
log_path = ` + dir + `/log
protocols = imap pop3 lmtp
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain
mail_location = maildir:` + dir + `/mail/%n
first_valid_uid = 1
first_valid_gid = 1
mail_uid = nobody
mail_gid = nogroup
pop3_uidl_format = %08Xu%08Xv
passdb {
  driver = passwd-file
  args = scheme=PLAIN username_format=%n ` + dir + `/users
}
userdb {
  driver = static
  args = uid=nobody gid=nogroup home=` + dir + `/mail/%n allow_all_users=yes
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = ` + lmtpPort + `
  }
}
` + listener("imap", d.imap) + listener("pop3", d.pop3)
	file := filepath.Join(dir, "dovecot.conf")
	must(t, os.WriteFile(file, []byte(config), 0o644))
	cmd := exec.Command("dovecot", "-F", "-c", file)
	must(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
		if t.Failed() {
			log, _ := os.ReadFile(filepath.Join(dir, "log"))
			t.Logf("log of Dovecot:\n%s", log)
		}
	})
	for _, address := range []string{d.imap, d.pop3, d.lmtp} {
		awaitAddress(t, address)
	}
	return d
}

// needRoot ends a test that is not run by root, because the servers change to other users.
func needRoot(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Fatal("Postfix and Dovecot start as root only: run make conformance as root")
	}
}

// serverFolder makes a folder that other users can read, unlike t.TempDir.
func serverFolder(t *testing.T, name string) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "corridor-"+name+"-")
	must(t, err)
	must(t, os.Chmod(dir, 0o755))
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// freeAddress is a loopback address that no server listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer l.Close()
	return l.Addr().String()
}

// awaitAddress waits until a server accepts connections.
func awaitAddress(t *testing.T, address string) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			conn.Close()
			return
		}
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
}

func runTool(t *testing.T, name string, args ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	var out bytes.Buffer
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.Env = append(os.Environ(), "PATH="+os.Getenv("PATH")+":/usr/sbin:/sbin")
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out.String())
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
