# Every target is one command; `make help` is made from the comments.
export GOFLAGS := -buildvcs=false
VISURE := bin/visure

.DEFAULT_GOAL := help

.PHONY: help
help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  \033[1m%-12s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: build
build: ## Build bin/visure
	@echo "building     $(VISURE) (the first time this takes some minutes)"
	@CGO_ENABLED=0 go build -o $(VISURE) ./cmd/visure

.PHONY: run
run: build ## Start everything on this machine: database, event store, ANPR simulator, server, demo data
	@$(VISURE) run --install

.PHONY: demo
demo: build ## Ask for one visura of each of the 14 types over HTTP and write out/<type>.pdf
	@$(VISURE) demo --install --out out

.PHONY: test
test: ## Run all tests (needs PostgreSQL and the tools .ci/run installs; skips what is missing unless CI is set)
	@go test $(RACE) ./...

.PHONY: check
check: lint ## What CI runs before the demo: format, vet, module files, then all tests with the race detector
	@$(MAKE) --no-print-directory test RACE=-race

.PHONY: lint
lint: ## Check format, vet and module files
	@test -z "$$(gofmt -l .)" || { gofmt -l .; echo "gofmt: the files above are not formatted"; exit 1; }
	@go vet ./...
	@go mod tidy -diff

.PHONY: contract
contract: ## Run our tests of what we rely on in an event store: at VISURE_TEST_ESDB, else the embedded node
	@go test -count=1 ./adapters/esdb/contract -long

.PHONY: client-suite
client-suite: ## Run the official event store client's own tests against the embedded node, without and with TLS
	@go run ./adapters/esdb/node/clientsuite $(if $(RACE),-race)

.PHONY: bench
bench: build ## Measure emissions and the event store: JSON in out/bench*.json, tables on the screen
	@$(VISURE) bench --install --out out/bench.json
	@$(VISURE) bench eventstore --out out/bench-eventstore.json

.PHONY: crash
crash: ## Kill the event store a hundred times under load and look at what is left
	@VISURE_CRASH_ROUNDS=100 go test -count=1 -v -run KilledAtRandom ./adapters/esdb/node

.PHONY: fuzz
fuzz: ## Send the event store arbitrary bytes, and let it read such, a minute for each target
	@go test -run '^$$' -fuzz '^FuzzWire$$' -fuzztime 60s -fuzzminimizetime 10x ./adapters/esdb/node
	@for target in Record Metadata Head; do \
		go test -run '^$$' -fuzz "^Fuzz$$target\$$" -fuzztime 60s -fuzzminimizetime 10x ./adapters/esdb/node/journal || exit 1; done

.PHONY: large
large: ## Write ten million events; memory of the event store meanwhile, and how fast it opens and is verified then
	@VISURE_BENCH_EVENTS=10000000 go test -count=1 -v -timeout 20m -run ALongHistory ./adapters/esdb/node

.PHONY: update
update: ## Write the golden files again; read the difference before you commit it
	@go test ./domain ./domain/documento ./adapters/anpr ./adapters/esdb ./adapters/pdf ./adapters/web -update
