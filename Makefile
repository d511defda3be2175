# Targets that people use. Each comment after ## is its line in `make help`.
.DEFAULT_GOAL := help
GO ?= go
# Nothing here needs a C compiler, so a machine without one will do.
export CGO_ENABLED ?= 0
SOURCES = $$(git ls-files --cached --others --exclude-standard '*.go')

.PHONY: help demo build test short cover race conformance lint fmt bench fuzz soak mutants

help: ## This list
	@sed -nE 's/^([a-z-]+):.*## (.*)/\1\t\2/p' $(MAKEFILE_LIST) | while IFS='	' read -r name text; do \
		printf '  make %-12s %s\n' "$$name" "$$text"; done

demo: ## The whole service on sample articles and readers: open the page it names
	@scripts/setup.sh
	@$(MAKE) --no-print-directory build
	@exec bin/corridor demo

build: ## Build bin/corridor
	@$(GO) build -trimpath -buildvcs=auto -o bin/corridor ./cmd/corridor

# With COVER set the tests run once, and count.
test: ## Every test, on a real PostgreSQL that it starts itself
	@scripts/setup.sh test
	$(if $(COVER),@GO="$(GO)" scripts/cover.sh,$(GO) test ./...)

short: ## The quick tests, in a minute on two cores: no browser, no whole programs
	@scripts/setup.sh
	$(GO) test -short ./...

race: ## Tests of the packages with goroutines, with the race detector, which needs gcc
	@scripts/setup.sh race
	CGO_ENABLED=1 $(GO) test -race ./articles ./feeds/... ./fetch ./mailer ./mailer/deliveries ./mailer/smtp ./postgres ./scheduler ./web

mutants: ## Faults planted in the delivery protocol: the model test must find each; MUTANTS selects some
	@scripts/setup.sh test
	@GO="$(GO)" scripts/mutants.sh $(MUTANTS)

soak: ## Long random histories of deliveries and digests, the tests that kill processes, a quota of ten minutes
	@scripts/setup.sh test conformance
	$(GO) test ./mailer/deliveries -count=1 -timeout 2h -run '^TestTheProtocolHolds$$' -rapid.checks=$(or $(CHECKS),3000)
	$(GO) test ./editions -count=1 -timeout 2h -run '^TestEveryArticleReachesItsReadersOnce$$' -rapid.checks=$(or $(CHECKS),3000)
	$(GO) test ./cmd/corridor -count=5 -timeout 2h -run 'Kill|Stop|Crash'
	$(GO) test ./cmd/corridor -count=1 -timeout 1h -tags conformance -run '^TestConformanceQuotaAtMAIL$$' -args -quota $(or $(QUOTA),10m)

conformance: ## Feed readers of others poll the service; real mail servers return emails (as root)
	@scripts/setup.sh conformance
	$(GO) test -count=1 -tags conformance -run Conformance ./...

cover: ## Every test, and the share of each package's statements that they run
	@$(MAKE) --no-print-directory test COVER=1

lint: ## Formatting, go.mod, go vet, staticcheck, golangci-lint, dead code
	@unformatted=$$($(GO) tool gofumpt -l $(SOURCES)); \
	if [ -n "$$unformatted" ]; then echo "run make fmt:"; echo "$$unformatted"; exit 1; fi
	$(GO) mod tidy -diff
	$(GO) vet -tags conformance ./...
	$(GO) tool staticcheck -tags conformance ./...
	$(GO) tool -modfile=golangci.mod golangci-lint run --build-tags conformance
	@dead=$$($(GO) tool deadcode -test ./...) || exit 1; \
	if echo "$$dead" | grep unreachable | grep -v ': Example'; then exit 1; fi # examples without output only compile

fuzz: ## Every fuzz target, each for FUZZTIME (30s)
	@scripts/setup.sh
	@GO="$(GO)" scripts/fuzz.sh $(or $(FUZZTIME),30s)

fmt: ## Format the code
	@$(GO) tool gofumpt -w $(SOURCES)

bench: ## The project's own benchmarks, each beside a reference
	@scripts/setup.sh bench
	$(GO) test -run '^$$' -bench . -benchtime 1s ./...
