package main

import (
	"path/filepath"
	"time"
)

// demoConfig is the configuration of the demo: a sample publication whose site
// listens on site, whose mail goes to the server at smtp.
func demoConfig(listen, data, site, smtp string) *Config {
	c := defaultConfig()
	c.Publication = PublicationConfig{
		Title: "Corridor Sampler", SiteURL: site, From: "Corridor Sampler <news@sampler.example>",
		Address: "1 Quay Street, Samplehaven", Language: "en", TimeZone: "Asia/Baku", Alerts: "desk@sampler.example",
	}
	c.Server.Listen, c.Server.Data = listen, data
	c.Server.BaseURL = "http://" + listen
	c.SMTP.URL = smtp
	c.Programs = []ProgramConfig{
		{Slug: "energy", Name: "Energy and Economy"},
		{Slug: "transport", Name: "Transport and Trade"},
		{Slug: "security", Name: "Security and Politics"},
		{Slug: "society", Name: "Society and Environment"},
		{Slug: "press", Name: "Press Releases"},
	}
	c.Regions = []RegionConfig{
		{Slug: "central-asia", Name: "Central Asia", Countries: []string{"Kazakhstan", "Kyrgyzstan", "Tajikistan", "Turkmenistan", "Uzbekistan"}},
		{Slug: "south-caucasus", Name: "South Caucasus", Countries: []string{"Armenia", "Azerbaijan", "Georgia"}},
		{Slug: "caspian-sea", Name: "Caspian Sea"},
	}
	c.Sources = []SourceConfig{
		{Name: "site", Kind: "sitemap", URL: site + "/sitemap.xml", Match: "/research/*/*", Every: Length(time.Minute)},
		{Name: "drop", Kind: "folder", URL: filepath.Join(data, "drop"), Every: Length(time.Minute)},
	}
	c.Gather.AllowNetworks = []string{"127.0.0.0/8"}
	return c
}
