package service

import (
	"context"

	"corridor/mailer/deliveries"

	"github.com/prometheus/client_golang/prometheus"
)

// complainingDomains is the number of recipient domains that have a metric of their own.
const complainingDomains = 20

var complaintsTotal = prometheus.NewDesc("corridor_complaints_total", "Complaints of readers by recipient domain: those with the most, and all others.", []string{"domain"}, nil)

// complaints sends the number of complaints by recipient domain.
func (q queues) complaints(ctx context.Context, out chan<- prometheus.Metric) error {
	domains, others, err := q.service.Deliveries().Complaints(ctx, complainingDomains)
	if err != nil {
		return err
	}
	for _, d := range append(domains, deliveries.Complaints{Domain: "other", N: others}) {
		out <- prometheus.MustNewConstMetric(complaintsTotal, prometheus.CounterValue, float64(d.N), d.Domain)
	}
	return nil
}
