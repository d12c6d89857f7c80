# Every target is one command; `make help` is made from the comments.
export GOFLAGS := -buildvcs=false
VISURE := bin/visure
BENCH := bin/visure-bench
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOVULNCHECK := golang.org/x/vuln/cmd/govulncheck@v1.9.0

.DEFAULT_GOAL := help

.PHONY: help
help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  \033[1m%-12s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: build
build: ## Build bin/visure and bin/visure-bench
	@echo "building     $(VISURE), $(BENCH) (the first time this takes some minutes)"
	@CGO_ENABLED=0 go build -o bin/ ./cmd/...

.PHONY: run
run: build ## Start everything on this machine: database, event store, ANPR simulator, server, demo data
	@$(VISURE) run --install

.PHONY: demo
demo: build ## Ask for one visura of each of the 14 types over HTTP and write out/<type>.pdf
	@$(VISURE) demo --install --out out

.PHONY: test
test: export GORACE = atexit_sleep_ms=0
test: ## Run all tests (needs PostgreSQL and the tools .ci/run installs; skips what is missing unless CI is set)
	@go test -timeout 30m $(RACE) $(or $(PACKAGES),./...)

# What measures starts programs of its own, which the race detector does not look into.
MEASURING := ./cmd/visure-bench/...

.PHONY: check
check: lint ## Exactly what CI runs: lint, all tests with the race detector, what sweeps over everything without it, the client's own tests, the demo
	@$(MAKE) --no-print-directory test RACE=-race PACKAGES="$$(go list ./... | grep -vxF "$$(go list $(MEASURING))" | tr '\n' ' ')"
	@$(MAKE) --no-print-directory sweep
	@$(MAKE) --no-print-directory client-suite
	@$(MAKE) --no-print-directory demo

.PHONY: sweep
sweep: export CGO_ENABLED = 0
sweep: ## Ask every route as every caller, send hostile text by every way, have a browser look at every page (pictures in out/pages), question the oracle, try random sequences of commands, measure a little of everything
	@go test -count=1 -timeout 20m -run 'TestTheAPI/(who_may_what|nothing_hostile_comes_through_a_path|nobody_trips_over_a_page)|TestNoDocumentContradictsALife|TestNoSequenceOfCommandsGivesWhatIsNotGranted' ./adapters/web ./cmd/visure ./commands
	@go test -timeout 20m $(MEASURING)

# Without C, as the programs are built: what is compiled for the one serves the other.
.PHONY: lint
lint: export CGO_ENABLED = 0
lint: ## Check format, vet, module files, staticcheck, and for known vulnerabilities
	@test -z "$$(gofmt -l .)" || { gofmt -l .; echo "gofmt: the files above are not formatted"; exit 1; }
	@go vet ./...
	@go mod tidy -diff
	@go run $(STATICCHECK) ./...
	@said=$$(go run $(GOVULNCHECK) ./... 2>&1) || case "$$said" in \
		*"fetching vulnerabilities:"*) echo "govulncheck: its database cannot be reached, so known vulnerabilities were not looked for" ;; \
		*) echo "$$said"; exit 1 ;; esac

.PHONY: model
model: ## Have spin search the model of the confirmation, and every fault seeded in it (needs spin and gcc)
	@CI=true go test -count=1 -v ./docs/protocollo

.PHONY: contract
contract: ## Run our tests of what we rely on in an event store: at VISURE_TEST_ESDB, else the embedded node
	@go test -count=1 ./adapters/esdb/contract -long

.PHONY: client-suite
client-suite: ## Run the official event store client's own tests against the embedded node, without and with TLS
	@go run ./adapters/esdb/node/clientsuite $(if $(RACE),-race)

.PHONY: bench
bench: build ## Measure requests beside a plain service, under quotas and while 200 people sign in, terms that end by silence, beside a request about many, pages, emissions, the event store: JSON in out/bench*.json, tables on the screen
	@$(BENCH) recorded --quotas --visure $(VISURE) --install --out out/bench-recorded.json
	@$(BENCH) storm --visure $(VISURE) --install --out out/bench-storm.json
	@$(BENCH) silence --visure $(VISURE) --install --out out/bench-silence.json
	@$(BENCH) massive --visure $(VISURE) --install --out out/bench-massive.json
	@$(BENCH) pages --visure $(VISURE) --install --out out/bench-pages.json
	@$(BENCH) emission --visure $(VISURE) --install --out out/bench.json
	@$(BENCH) eventstore --out out/bench-eventstore.json

.PHONY: pages-audit
pages-audit: build ## Have Lighthouse audit Nuova richiesta and Le mie richieste (needs npm and chromium-headless-shell); JSON in out/
	@$(BENCH) audit --visure $(VISURE) --install --out out/pages-audit.json

.PHONY: crash
crash: ## Kill the event store a hundred times under load and look at what is left
	@VISURE_CRASH_ROUNDS=100 go test -count=1 -v -run KilledAtRandom ./adapters/esdb/node

.PHONY: oracle
PEOPLE ?= 20000
SEED ?= $(shell date +%s)
oracle: ## Ask about PEOPLE (20,000) invented people for every type, and hold what is answered against their lives; SEED says who
	@VISURE_ORACLE_PEOPLE=$(PEOPLE) VISURE_ORACLE_SEED=$(SEED) go test -count=1 -v -timeout 60m -run NoDocumentContradictsALife ./cmd/visure

.PHONY: fuzz
fuzz: ## Send the event store arbitrary bytes, and let it read such, a minute for each target; arbitrary cards to the composer
	@go test -run '^$$' -fuzz '^FuzzWire$$' -fuzztime 60s -fuzzminimizetime 10x ./adapters/esdb/node
	@for target in Record Metadata Head; do \
		go test -run '^$$' -fuzz "^Fuzz$$target\$$" -fuzztime 60s -fuzzminimizetime 10x ./adapters/esdb/node/journal || exit 1; done
	@go test -run '^$$' -fuzz '^FuzzCompose$$' -fuzztime 60s -fuzzminimizetime 10x ./domain/documento

.PHONY: large
large: ## Write ten million events; memory of the event store meanwhile, and how fast it opens and is verified then
	@VISURE_BENCH_EVENTS=10000000 go test -count=1 -v -timeout 20m -run ALongHistory ./adapters/esdb/node

.PHONY: update
update: ## Write the golden files again, those of pages with PostgreSQL; read the difference before you commit it
	@go test ./domain ./domain/documento ./adapters/anpr ./adapters/esdb ./adapters/pdf ./adapters/web/api -update
	@go test ./adapters/web -run 'TestThePageOfAuthorisations|TestPagesAreAsTheyWere' -update

.PHONY: pictures
pictures: ## Take the pictures of the manual again (needs chromium-headless-shell); look at them before you commit them
	@go test -count=1 ./adapters/web -run TestThePicturesOfTheManual -update
