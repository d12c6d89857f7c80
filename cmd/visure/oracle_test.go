package main

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/anpr"
	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator"
	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
)

// Everybody of an invented population is asked about for every type, histories
// from both sources. Each request ends with a document or a reason, neither
// contradicts the life of the person, and whom a type fits gets the document:
// VISURE_ORACLE_PEOPLE and VISURE_ORACLE_SEED say how many and who (make oracle).
func TestNoDocumentContradictsALife(t *testing.T) {
	sweeping(t)
	t.Parallel()
	seed, size := setting(t, "VISURE_ORACLE_SEED", 1), setting(t, "VISURE_ORACLE_PEOPLE", 500)
	c := newCensus(t, people.People(uint64(seed), size))
	began := time.Now()
	for chunk := range slices.Chunk(c.population.Persons(), 1000) {
		c.questionAll(chunk)
		if err := c.registry.Reset(); err != nil {
			t.Fatal(err)
		}
	}
	c.readPrinted()
	t.Logf("seed %d: %d people, %d requests in %s", seed, len(c.population.Persons()), c.asked.Load(), time.Since(began).Round(time.Second))
	for _, ending := range slices.Sorted(maps.Keys(c.endings)) {
		t.Logf("%6d  %s", c.endings[ending], ending)
	}
	for _, tipo := range documento.Tipi() {
		if c.issued[tipo] == 0 {
			t.Errorf("no document of the type %s was made", tipo)
		}
	}
}

// setting is a number of the environment.
func setting(t *testing.T, name string, otherwise int) int {
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

// census asks about a population and keeps what became of it.
type census struct {
	t          *testing.T
	office     *registryOffice
	registry   *simulator.Server
	client     *anpr.Client
	population *people.Population
	asked      atomic.Int64

	mu      sync.Mutex
	endings map[string]int
	issued  map[domain.Tipo]int
	printed []documento.Documento // a sample of each type, to be printed and read
}

func newCensus(t *testing.T, population *people.Population) *census {
	t.Helper()
	c := &census{t: t, office: newRegistryOffice(t), population: population, endings: map[string]int{}, issued: map[domain.Tipo]int{}}
	var err error
	if c.registry, err = simulator.Start(simulator.Config{
		Population: population, Kit: c.office.kit, Now: func() time.Time { return c.office.now },
	}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.registry.Close() })
	c.client = c.office.client(t, c.registry.URL(), c.office.kit.CA.Certificate)
	return c
}

// questionAll asks about some people, as many at once as there are processors
// twice over: each waits for the other side.
func (c *census) questionAll(list []*people.Person) {
	next := make(chan *people.Person)
	var wg sync.WaitGroup
	for range 2 * runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for p := range next {
				for _, tipo := range documento.Tipi() {
					c.question(p, tipo, false)
				}
				c.question(p, domain.CittadinanzaStorica, true)
				c.question(p, domain.ResidenzaStorica, true)
			}
		})
	}
	for _, p := range list {
		next <- p
	}
	close(next)
	wg.Wait()
}

// question asks for one document about a person and holds what becomes of the
// request against the person's life.
func (c *census) question(p *people.Person, tipo domain.Tipo, walk bool) {
	request := registryCase{
		Tipo: tipo, Walk: walk, Soggetto: c.named(p), Ambito: domain.Comunale,
		id: fmt.Sprintf("%08x-%s-%t", p.Index, tipo, walk),
	}
	if p.Home.Istat != string(demoComune) {
		request.Ambito = domain.Nazionale
	}
	doc, ending := c.office.document(c.t, request, c.client)
	c.asked.Add(1)
	for _, text := range newLife(c.population, p, c.office.now).contradictions(request, doc, ending) {
		c.t.Errorf("%s about person %d (walk %t, asked by %+v): %s; ended as %s %s %v %s\n%+v", tipo, p.Index, walk, request.Soggetto, text,
			ending.status, ending.reason, ending.warnings, ending.detail, doc.Sections)
	}
	c.count(p, tipo, doc, ending)
}

// named is how a person is asked about: every fifth by name, who has one and a
// whole birth date, the others by tax code.
func (c *census) named(p *people.Person) commands.SoggettoRichiesto {
	if p.Index%5 != 4 || p.Surname == "" || p.Name == "" || p.Birth.NoDay || p.Birth.NoDayMonth {
		return commands.SoggettoRichiesto{CodiceFiscale: p.CodiceFiscale}
	}
	return commands.SoggettoRichiesto{Cognome: p.Surname, Nome: p.Name, Sesso: string(rune(p.Sex)), DataNascita: p.Birth.Date.Format(time.DateOnly)}
}

// count keeps what became of a request, and now and then the document.
func (c *census) count(p *people.Person, tipo domain.Tipo, doc documento.Documento, ending played) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.endings[fmt.Sprintf("%-26s %s", tipo, cmp.Or(ending.reason, string(ending.status)))]++
	if ending.status == domain.Issued {
		if c.issued[tipo] < 3 || p.Index%997 == 0 {
			c.printed = append(c.printed, doc)
		}
		c.issued[tipo]++
	}
}
