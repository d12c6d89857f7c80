package commands_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
	"github.com/visure-anagrafiche/visure/domain/scheda"
)

// shield is a coat of arms of one colour as PNG.
func shield(width, height int, c color.NRGBA) []byte {
	i := image.NewNRGBA(image.Rect(0, 0, width, height))
	for n := range width * height {
		i.SetNRGBA(n%width, n/width, c)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, i); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// keeps is the event that brings a coat of arms in.
func keeps(file []byte, width, height int) domain.StemmaKept {
	sum := sha256.Sum256(file)
	return domain.StemmaKept{SHA256: hex.EncodeToString(sum[:]), Larghezza: width, Altezza: height, PNG: file}
}

var red = color.NRGBA{R: 176, G: 16, B: 32, A: 255}

func TestKeepStemma(t *testing.T) {
	file := shield(30, 40, red)
	keep, kept := commands.KeepStemma{PNG: file}, keeps(file, 30, 40)
	own(t, keep)
	var many []domain.Event
	for n := range 20 {
		many = append(many, domain.StemmaKept{SHA256: fmt.Sprint(n)})
	}
	runSetup(t, string(comune), map[string]setup[domain.Comune]{
		"a TOP brings one in":                    {given: events(ancona), by: luisa, when: keep, then: events(kept)},
		"once":                                   {given: events(ancona, kept), by: luisa, when: keep},
		"whoever does it again":                  {given: events(ancona, kept), enters: luisa, by: second, when: keep},
		"as large as can be":                     {given: events(ancona), by: luisa, when: commands.KeepStemma{PNG: shield(384, 384, red)}, then: events(keeps(shield(384, 384, red), 384, 384))},
		"and no larger":                          {given: events(ancona), by: luisa, when: commands.KeepStemma{PNG: shield(385, 4, red)}, fails: domain.Invalid, field: "stemma"},
		"nothing through which the paper shines": {given: events(ancona), by: luisa, when: commands.KeepStemma{PNG: shield(4, 4, color.NRGBA{A: 7})}, fails: domain.Invalid, field: "stemma"},
		"no other file":                          {given: events(ancona), by: luisa, when: commands.KeepStemma{PNG: []byte("GIF89a")}, fails: domain.Invalid, field: "stemma"},
		"nor none":                               {given: events(ancona), by: luisa, when: commands.KeepStemma{}, fails: domain.Invalid, field: "stemma"},
		"nor one that goes on and on":            {given: events(ancona), by: luisa, when: commands.KeepStemma{PNG: append(bytes.Clone(file), make([]byte, 200_000)...)}, fails: domain.Invalid, field: "stemma"},
		"twenty a day":                           {given: append(events(ancona), many...), at: now.Add(-time.Minute), by: luisa, when: keep, fails: domain.Conflict},
		"and more the next day":                  {given: append(events(ancona), many...), by: luisa, when: keep, then: events(kept)},
	})
}

func TestPublishModello(t *testing.T) {
	stemma := keeps(shield(3, 4, red), 3, 4)
	publish := commands.PublishModello{
		Intestazione: []string{"Servizi Demografici", "Piazza XXIV Maggio 1, 60124 Ancona (AN)"}, Stemma: stemma.SHA256, Descrizione: "Stemma del Comune di Ancona",
		Piede: []string{"Orario al pubblico: 9–13."},
	}
	first := domain.ModelloPublished{Versione: 1, Intestazione: publish.Intestazione, Stemma: publish.Stemma, Descrizione: publish.Descrizione, Piede: publish.Piede}
	other := domain.ModelloPublished{Versione: 2, Piede: []string{"Altro."}}
	publishing := func(change func(*commands.PublishModello)) commands.PublishModello { return changed(publish, change) }
	saying := func(lines ...string) commands.PublishModello { return commands.PublishModello{Piede: lines} }
	heading := func(lines ...string) commands.PublishModello {
		return commands.PublishModello{Intestazione: lines}
	}
	own(t, saying("Orario."))
	given := events(ancona, stemma)
	runSetup(t, string(comune), map[string]setup[domain.Comune]{
		"the first version":               {given: given, by: luisa, when: publish, then: events(first)},
		"the same again is none":          {given: append(given, first), by: luisa, when: publish},
		"another follows it":              {given: append(given, first), by: second, when: commands.PublishModello{Precedente: 1, Piede: other.Piede}, then: events(other)},
		"not over one that was not read":  {given: append(given, first, other), by: luisa, when: publishing(func(c *commands.PublishModello) { c.Precedente = 1 }), fails: domain.Conflict, field: "precedente"},
		"nor over one that is not there":  {given: given, by: luisa, when: publishing(func(c *commands.PublishModello) { c.Precedente = 1 }), fails: domain.Conflict, field: "precedente"},
		"back to what the service makes":  {given: append(given, first), by: luisa, when: commands.PublishModello{Precedente: 1}, then: events(domain.ModelloPublished{Versione: 2})},
		"which it is from the beginning":  {given: given, by: luisa, when: commands.PublishModello{}},
		"an earlier one is a new version": {given: append(given, first, other), by: luisa, when: publishing(func(c *commands.PublishModello) { c.Precedente = 2 }), then: events(changed(first, func(e *domain.ModelloPublished) { e.Versione = 3 }))},

		"a stemma that was brought in": {given: events(ancona), by: luisa, when: publish, fails: domain.NotFound, field: "stemma"},
		"described":                    {given: given, by: luisa, when: publishing(func(c *commands.PublishModello) { c.Descrizione = "" }), fails: domain.Invalid, field: "descrizione"},
		"in what can be read":          {given: given, by: luisa, when: publishing(func(c *commands.PublishModello) { c.Descrizione = "uno\ndue" }), fails: domain.Invalid, field: "descrizione"},
		"no description of none":       {given: given, by: luisa, when: publishing(func(c *commands.PublishModello) { c.Stemma = "" }), fails: domain.Invalid, field: "descrizione"},

		"no empty line":               {given: given, by: luisa, when: saying("Uno.", ""), fails: domain.Invalid, field: "piede"},
		"nor one of blanks":           {given: given, by: luisa, when: heading(" "), fails: domain.Invalid, field: "intestazione"},
		"as many as can be":           {given: given, by: luisa, when: saying("1", "2", "3", "4", "5", "6"), then: events(domain.ModelloPublished{Versione: 1, Piede: []string{"1", "2", "3", "4", "5", "6"}})},
		"and no more":                 {given: given, by: luisa, when: saying("1", "2", "3", "4", "5", "6", "7"), fails: domain.Invalid, field: "piede"},
		"nor more above":              {given: given, by: luisa, when: heading("1", "2", "3", "4", "5", "6"), fails: domain.Invalid, field: "intestazione"},
		"as long as can be":           {given: given, by: luisa, when: heading(strings.Repeat("è", 100)), then: events(domain.ModelloPublished{Versione: 1, Intestazione: []string{strings.Repeat("è", 100)}})},
		"and no longer":               {given: given, by: luisa, when: heading(strings.Repeat("è", 101)), fails: domain.Invalid, field: "intestazione"},
		"nor below":                   {given: given, by: luisa, when: saying(strings.Repeat("è", 301)), fails: domain.Invalid, field: "piede"},
		"no two lines in one":         {given: given, by: luisa, when: saying("uno\ndue"), fails: domain.Invalid, field: "piede"},
		"nothing the fonts lack":      {given: given, by: luisa, when: heading("Anagrafe 王"), fails: domain.Invalid, field: "intestazione"},
		"nor what makes it worthless": {given: given, by: luisa, when: saying("Il presente certificato non può", "essere prodotto"), fails: domain.Invalid, field: "piede"},
		"on whatever lines":           {given: given, by: luisa, when: saying("Il presente", "CERTIFICATO non può"), fails: domain.Invalid, field: "piede"},
	})
	for text, want := range map[string]string{
		"Anagrafe 王": "«王» (U+738B)", "a\u200bb": "carattere U+200B", "e\u0300": "carattere U+0300", "a\tb": "carattere U+0009", "\xff": "«\ufffd» (U+FFFD)",
	} {
		g := setup[domain.Comune]{given: given, by: luisa}.inputs(string(comune))
		if _, err := saying("Uno.", text).Decide(g); err == nil || !strings.Contains(err.Error(), "alla riga 2 il carattere") || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// Of two TOPs who publish at once one is told that the other was faster.
func TestOfTwoWhoPublishAtOnceOneIsTold(t *testing.T) {
	w := newTown()
	h := w.handler()
	w.enter(string(comune.Stream()), domain.TopNamed{Utente: luisa.Utente}, domain.TopNamed{Utente: second.Utente})
	var wg sync.WaitGroup
	errs := make([]error, 2)
	for i, by := range []domain.Actor{luisa, second} {
		wg.Go(func() {
			_, errs[i] = commands.Handle(t.Context(), h, comune.Stream(), domain.Meta{By: by}, commands.PublishModello{Piede: []string{by.Utente.Codice()}})
		})
	}
	wg.Wait()
	published := 0
	for _, r := range w.stream(string(comune.Stream())) {
		if _, ok := r.Event.(domain.ModelloPublished); ok {
			published++
		}
	}
	told := domain.CodeOf(errs[0]) == domain.Conflict && errs[1] == nil || domain.CodeOf(errs[1]) == domain.Conflict && errs[0] == nil
	if published != 1 || !told {
		t.Errorf("%d published: %v, %v", published, errs[0], errs[1])
	}
}

// printer prints what a document bears of a model, and remembers it.
type printer struct {
	mu      sync.Mutex
	printed []string
}

func (p *printer) Render(d documento.Documento) ([]byte, int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	text := fmt.Sprintf("%q %q %q", d.Ufficio, d.Righe, d.Foot[5:])
	if d.Stemma != nil {
		text += fmt.Sprintf(" %x", sha256.Sum256(d.Stemma.PNG))
	}
	p.printed = append(p.printed, text)
	return []byte(text), 1, nil
}

// withModels is a world whose Comune has published a model, with a printer.
func withModels() (*world, *printer, []domain.ModelloPublished) {
	w := newTown()
	one, two := keeps(shield(3, 4, red), 3, 4), keeps(shield(4, 3, red), 4, 3)
	versions := []domain.ModelloPublished{
		{Versione: 1, Intestazione: []string{"Anagrafe", "Via Uno"}, Stemma: one.SHA256, Descrizione: "Stemma", Piede: []string{"Uno."}},
		{Versione: 2, Stemma: two.SHA256, Descrizione: "Stemma", Piede: []string{"Due."}},
	}
	w.enter(string(comune.Stream()), one, two, versions[0])
	return w, &printer{}, versions
}

// bears is what the printer prints of a version.
func bears(m domain.ModelloPublished) string {
	head, lines := "", []string(nil)
	if len(m.Intestazione) > 0 {
		head, lines = m.Intestazione[0], m.Intestazione[1:]
	}
	return fmt.Sprintf("%q %q %q %s", head, lines, m.Piede, m.Stemma)
}

// Wherever it crashes, and whatever is published meanwhile: what was intended is printed.
func TestADocumentIsMadeWithTheModelOfItsIntent(t *testing.T) {
	for crash := 1; crash <= 6; crash++ {
		for _, landed := range []bool{false, true} {
			w, printer, versions := withModels()
			w.record(requested, immediate)
			w.effects, w.crashAt, w.landed = 0, crash, landed
			intended := 0
			for range 3 { // each by a server that remembers nothing
				p := w.process()
				p.Renderer = printer
				err := advance(t, p)
				for _, e := range w.history() {
					if q, ok := e.(domain.QueryStarted); ok && intended == 0 {
						intended = q.Modello
					}
				}
				if err == nil {
					break
				}
				if !errors.Is(err, errCrash) {
					t.Fatal(err)
				}
				w.enter(string(comune.Stream()), versions[1]) // for a server that comes next
			}
			if intended == 0 {
				t.Fatal("no intent")
			}
			last, ok := w.history()[len(w.history())-1].(domain.VisuraIssued)
			if !ok || last.Modello != intended || string(w.kept[visura].PDF) != bears(versions[intended-1]) || count[domain.VisuraIssued](w) != 1 {
				t.Errorf("crash %d, landed %t: intended %d: %+v, printed %q", crash, landed, intended, last, printer.printed)
			}
		}
	}
}

// A new attempt is a new intent, which the version in force then goes with.
func TestALaterAttemptIsMadeWithTheModelThenInForce(t *testing.T) {
	w, printer, versions := withModels()
	w.record(requested, immediate)
	w.answer = func(call int, _ commands.Query) (scheda.Scheda, error) {
		if call == 1 {
			return scheda.Scheda{}, &commands.AnagrafeError{Class: domain.FailureRetry, Codes: []string{"999"}}
		}
		return resident(), nil
	}
	p := w.process()
	p.Renderer = printer
	advance(t, p)
	w.enter(string(comune.Stream()), versions[1])
	w.clock = now.Add(6 * time.Second)
	if err := advance(t, p); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{bears(versions[1])}, printer.printed); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// A request that is admitted at once intends with the version in force at that instant.
func TestARequestFixesTheModelInForce(t *testing.T) {
	for name, c := range map[string]struct {
		inForce domain.ModelloPublished
		want    int
	}{"the Comune's": {domain.ModelloPublished{Versione: 7}, 7}, "none": {}} {
		g := granted(mario)
		g.Parties.Comune.Modelli.InForce = c.inForce
		got, err := ask.Decide(g)
		if err != nil || len(got) != 3 || got[2].(domain.QueryStarted).Modello != c.want {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

// Once a version was read, documents made with it cost no read more than those without.
func TestAModelIsReadOnce(t *testing.T) {
	w, printer, _ := withModels()
	w.enter(string(mario.Ente.Stream()), domain.EnteRegistered{Denominazione: "INPS"})
	store := &counted{Store: w}
	p := w.process()
	p.Handler, p.Renderer = w.handlerOver(store), printer
	for n := range 10 {
		id := domain.VisuraID(w.newID())
		if _, err := commands.Handle(t.Context(), p.Handler, id.Stream(), domain.Meta{By: mario}, ask); err != nil {
			t.Fatal(err)
		}
		if err := p.Advance(t.Context(), string(id), domain.Meta{}); err != nil {
			t.Fatal(err)
		}
		if n == 0 { // which learns what all rest on
			*store = counted{Store: w}
		}
	}
	if store.appends != 18 || store.sinces != 18 || store.loads != 0 || len(printer.printed) != 10 {
		t.Errorf("9 emissions: %d appends, %d looks at the log, %d streams read; %d documents", store.appends, store.sinces, store.loads, len(printer.printed))
	}
}

func TestAModelThatIsNotThereIsAFault(t *testing.T) {
	w, _, versions := withModels()
	w.enter(string(comune.Stream()), domain.ModelloPublished{Versione: 2, Stemma: strings.Repeat("0a", 32)})
	h := w.handler()
	if m, err := commands.Modello(t.Context(), h, comune, 1); err != nil || m.Versione != 1 || len(m.Stemma.PNG) == 0 || m.Stemma.Descrizione != versions[0].Descrizione {
		t.Errorf("%+v, %v", m, err)
	}
	for name, versione := range map[string]int{"a version nobody published": 3, "one whose picture is not there": 2} {
		if m, err := commands.Modello(t.Context(), h, comune, versione); err == nil || domain.CodeOf(err) != domain.Internal {
			t.Errorf("%s: %+v, %v", name, m, err)
		}
	}
	if m, err := commands.Modello(t.Context(), h, altro, 0); err != nil || m.Versione != 0 {
		t.Errorf("none: %+v, %v", m, err)
	}
	if file, err := commands.Stemma(t.Context(), h, comune, versions[0].Stemma); err != nil || len(file) == 0 {
		t.Errorf("%v", err)
	}
	if _, err := commands.Stemma(t.Context(), h, altro, versions[0].Stemma); domain.CodeOf(err) != domain.NotFound {
		t.Errorf("of another Comune: %v", err)
	}
}
