# Targets that people use. Each comment after ## is its line in `make help`.
.DEFAULT_GOAL := help
GO ?= go
export CGO_ENABLED ?= 0

.PHONY: help demo build test lint fmt bench

help: ## This list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 22

demo: ## The whole service on sample articles and readers: open the page it names
	@scripts/setup.sh
	@$(MAKE) --no-print-directory build
	@exec bin/corridor demo

build: ## Build bin/corridor
	@$(GO) build -trimpath -o bin/corridor ./cmd/corridor

test: ## Every test, on a real PostgreSQL that it starts itself
	@scripts/setup.sh test
	$(GO) test ./...

lint: ## Formatting, vet, staticcheck
	@unformatted=$$($(GO) tool gofumpt -l $$(git ls-files '*.go')); \
	if [ -n "$$unformatted" ]; then echo "run make fmt:"; echo "$$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(GO) tool staticcheck ./...

fmt: ## Format the code
	@$(GO) tool gofumpt -w $$(git ls-files '*.go')

bench: ## The project's own benchmarks, each beside a reference
	$(GO) test -run '^$$' -bench . -benchtime 1s ./...
