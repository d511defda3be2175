package service

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"corridor/articles"
	"corridor/editions"
	"corridor/feeds"
	"corridor/mailer"
	"corridor/mailer/smtp"
	"corridor/trouble"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics are the metrics of a process for /metrics.
type metrics struct {
	service  *Service
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	articles *prometheus.CounterVec
	failures *prometheus.CounterVec
	returned *prometheus.CounterVec
}

func newMetrics(s *Service) *metrics {
	m := &metrics{
		service: s, registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "corridor_http_requests_total", Help: "Requests answered, by route and status."}, []string{"route", "status"}),
		articles: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "corridor_gathered_total", Help: "Articles gathered, by source and outcome."}, []string{"source", "outcome"}),
		failures: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "corridor_gather_failures_total", Help: "Gathers of a source that failed."}, []string{"source"}),
		returned: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "corridor_returned_total", Help: "Messages that came back to this process, by door, kind and outcome."}, []string{"door", "kind", "outcome"}),
	}
	m.registry.MustRegister(m.requests, m.articles, m.failures, m.returned, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), queues{s})
	m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "corridor_sign_ups_withheld_total", Help: "Sign-ups in this process that got no email, because the last one to the address was refused: no such mailbox."},
		func() float64 { return float64(s.withheld.Load()) }))
	m.watchTroubles(s.Troubles)
	return m
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4, Timeout: 10 * time.Second})
}

// request counts an answer.
func (m *metrics) request(route string, status int) {
	m.requests.WithLabelValues(route, strconv.Itoa(status)).Inc()
}

// gathered counts the results of gathering a source.
func (m *metrics) gathered(source string, rows []articles.Row, failures []articles.Failure) {
	for _, row := range rows {
		m.articles.WithLabelValues(source, string(row.Outcome)).Inc()
	}
	if len(failures) > 0 {
		m.failures.WithLabelValues(source).Inc()
	}
}

// watchSenders adds the counters of this process's senders.
func (m *metrics) watchSenders(sender *senders) {
	for name, value := range map[string]func(mailer.Counts) int64{
		"sent":      func(c mailer.Counts) int64 { return c.Sent },
		"deferred":  func(c mailer.Counts) int64 { return c.Deferred },
		"failed":    func(c mailer.Counts) int64 { return c.Failed },
		"bounced":   func(c mailer.Counts) int64 { return c.Bounced },
		"uncertain": func(c mailer.Counts) int64 { return c.Uncertain },
	} {
		m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "corridor_attempts_total", Help: "Attempts to deliver by this process, by result.", ConstLabels: prometheus.Labels{"result": name},
		}, func() float64 { return float64(value(sender.Counts())) }))
	}
	m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "corridor_mail_bytes_total", Help: "Bytes of emails sent to relays by this process."},
		func() float64 { return float64(sender.Counts().Bytes) }))
	for _, meaning := range smtp.Meanings {
		m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "corridor_refusals_total", Help: "Refusals by mail servers in this process, by meaning.", ConstLabels: prometheus.Labels{"concerns": string(meaning)},
		}, func() float64 { return float64(sender.Counts().Refusals[meaning]) }))
	}
	m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "corridor_connect_failures_total", Help: "Connections to mail servers that failed in this process: unreachable, TLS, authentication."},
		func() float64 { return float64(sender.Counts().ConnectFailures) }))
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "corridor_sender_stalled_seconds", Help: "Age of the oldest unanswered database statement of this process's sender."},
		func() float64 {
			_, stalled := sender.current.Load().Progress()
			return stalled.Seconds()
		}))
}

// watchTroubles adds the troubles that this process logs.
func (m *metrics) watchTroubles(troubles *trouble.Log) {
	for _, kind := range trouble.Kinds() {
		labels := prometheus.Labels{"kind": string(kind)}
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "corridor_trouble", Help: "Whether this process has a trouble of the kind now.", ConstLabels: labels},
			func() float64 { return float64(min(len(troubles.Open(kind)), 1)) }))
		m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "corridor_trouble_begun_total", Help: "Troubles that have begun in this process.", ConstLabels: labels},
			func() float64 { return float64(troubles.Begun(kind)) }))
	}
}

// watchFeeds adds the counter of feed documents.
func (m *metrics) watchFeeds(p *feeds.Publisher) {
	m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "corridor_feed_builds_total", Help: "Feed documents made by this process."},
		func() float64 { return float64(p.Built()) }))
}

// queues reads the lengths of queues from the database at each request of the monitor.
type queues struct{ service *Service }

// Describe sends no descriptions, because the values are missing while the database is
// unavailable.
func (queues) Describe(chan<- *prometheus.Desc) {}

var (
	databaseUp    = prometheus.NewDesc("corridor_database_up", "Whether the database answers.", nil, nil)
	editionsState = prometheus.NewDesc("corridor_editions", "Editions by state; held editions wait for staff.", []string{"state"}, nil)
)

var (
	outboxOldest  = prometheus.NewDesc("corridor_outbox_oldest_seconds", "Age of the oldest single message that waits to be sent.", nil, nil)
	jobSuccess    = prometheus.NewDesc("corridor_job_last_success_timestamp_seconds", "Time of a job's last success in any process.", []string{"job"}, nil)
	sourceSuccess = prometheus.NewDesc("corridor_source_last_success_timestamp_seconds", "Time of the last gather of a source that succeeded, in any process.", []string{"source"}, nil)
)

// Collect reads the values from the database. While the database is unavailable it collects
// corridor_database_up only.
func (q queues) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	up := 1.0
	found := make(chan prometheus.Metric, 100+3*len(q.service.Config.Sources))
	if err := bounded(ctx, func(ctx context.Context) error { return q.collect(ctx, found) }); err != nil {
		up = 0
	}
	for range len(found) {
		out <- <-found
	}
	out <- prometheus.MustNewConstMetric(databaseUp, prometheus.GaugeValue, up)
}

// successes collects the times of the last successes of the jobs and sources that are
// configured.
func (q queues) successes(ctx context.Context, out chan<- prometheus.Metric) error {
	h, err := q.service.health(ctx)
	if err != nil {
		return err
	}
	for name := range q.service.jobIntervals() {
		if last := h.jobs[name].LastSuccess; last != nil {
			out <- prometheus.MustNewConstMetric(jobSuccess, prometheus.GaugeValue, float64(last.UnixMilli())/1000, name)
		}
	}
	for _, source := range q.service.Config.Sources {
		if last := h.sources[source.Name].LastDone; last.Valid {
			out <- prometheus.MustNewConstMetric(sourceSuccess, prometheus.GaugeValue, float64(last.Time.UnixMilli())/1000, source.Name)
		}
	}
	return nil
}

func (q queues) collect(ctx context.Context, out chan<- prometheus.Metric) error {
	if err := q.complaints(ctx, out); err != nil {
		return err
	}
	states, err := editions.CountStates(ctx, q.service.DB)
	if err != nil {
		return err
	}
	for state, n := range states {
		out <- prometheus.MustNewConstMetric(editionsState, prometheus.GaugeValue, float64(n), string(state))
	}
	waiting, err := q.service.Deliveries().Waiting(ctx)
	if err != nil {
		return err
	}
	messages, err := mailer.CountWaiting(ctx, q.service.DB)
	if err != nil {
		return err
	}
	failing, err := articles.NewStore(q.service.DB).CountFailing(ctx)
	if err != nil {
		return err
	}
	active, err := q.service.Readers().CountActive(ctx)
	if err != nil {
		return err
	}
	if err := q.successes(ctx, out); err != nil {
		return err
	}
	out <- prometheus.MustNewConstMetric(outboxOldest, prometheus.GaugeValue, messages.Oldest)
	for _, m := range []struct {
		name, help string
		n          int64
	}{
		{"corridor_outbox_waiting", "Single messages (confirmations, tests, alerts) waiting to be sent.", messages.Messages},
		{"corridor_batches_due", "Batches of deliveries that are due.", waiting.Batches},
		{"corridor_sources_failing", "Sources whose last gather failed.", failing},
		{"corridor_readers_active", "Active readers.", active},
		{"corridor_senders", "Running senders, over all processes.", waiting.Senders},
	} {
		out <- prometheus.MustNewConstMetric(prometheus.NewDesc(m.name, m.help, nil, nil), prometheus.GaugeValue, float64(m.n))
	}
	return nil
}
