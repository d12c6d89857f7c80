package web_test

import (
	"maps"
	"net/http"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/web"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

func init() {
	maps.Copy(inTheOffice, map[string]func(*testing.T, *office){
		"how ANPR, the act and the event store stand is said at the head of every page to those concerned": situationsOnPages,
	})
	maps.Copy(sights, map[string]sight{"cornice con situazioni": {who: "operator", path: "/nuova", of: ailing}})
}

// ailing is a server that ANPR does not answer, and that can record nothing.
func ailing(_ *testing.T, o *office) func(*web.Server) {
	since := domain.ItalianInstant(domain.ItalianDay(o.now()).Plus(-1), 10*time.Hour+12*time.Minute)
	return func(s *web.Server) {
		s.Pages.Circuit = func(domain.CodiceISTAT, string) commands.Circuit { return commands.Circuit{Down: since} }
		s.Pages.ReadOnly = func() bool { return true }
	}
}

func situationsOnPages(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	const silent, closed, ends = "ANPR non risponde al Comune di", "Il servizio è in sola lettura", "ultimo giorno il "
	for _, who := range []string{"operator", "admin", "top"} {
		w.acting(t, who).open(http.StatusOK, "/profilo").silent(silent).silent(closed).silent(ends)
	}
	act := w.draft(w.ente, w.comune)
	act.Al = domain.ItalianDay(o.now()).Plus(30)
	last := domain.ConvenzioneIDOf(domain.Pair{Ente: w.ente, Comune: w.comune}).Stream()
	enter(w, last, act)
	enter(w, last, commands.ActivateConvenzione{})
	ill := w.server(ailing(t, o)).Handler()
	for who, concerned := range map[string]struct{ down, act bool }{"operator": {true, true}, "admin": {true, true}, "top": {true, false}, "auditor": {false, false}} {
		page := w.actingAt(t, who, ill).open(http.StatusOK, "/profilo").says(closed)
		for text, told := range map[string]bool{silent: concerned.down, ends: concerned.act} {
			if told {
				page.says(text)
			} else {
				page.silent(text)
			}
		}
	}
	act.Al = act.Al.Plus(1)
	enter(w, last, act)
	enter(w, last, commands.ActivateConvenzione{})
	w.acting(t, "operator").open(http.StatusOK, "/profilo").silent(ends)
}
