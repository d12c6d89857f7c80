package api

import (
	"net/http"
	"time"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// comune names a Comune in an address.
var comune = named(comuni, "/api/v1/comuni/", domain.ParseCodiceISTAT)

// comuni routes what a Comune decides about itself.
func (a *API) comuni() {
	command(a, comune, "name-top", http.MethodPost, "/tops", commands.NameTop{Utente: someUtente},
		"Nomina un TOP", "Spetta a un TOP del Comune; il primo lo nomina chi amministra l'installazione.", stepUp)
	command(a, comune, "remove-top", http.MethodPost, "/tops/removal", commands.RemoveTop{Utente: someUtente},
		"Toglie un TOP", "L'ultimo resta.", stepUp)
	command(a, comune, "enable-nazionale", http.MethodPut, "/nazionale", commands.EnableNazionale{
		Testo: "art. 50 D.Lgs. 82/2005", Atto: "Delibera di Giunta n. 12", Data: date(2026, 1, 10),
	}, "Ammette le visure nazionali", "Registra il titolo giuridico, che si stampa sui documenti.", stepUp)
	command(a, comune, "disable-nazionale", http.MethodPost, "/nazionale/revocation", commands.DisableNazionale{},
		"Non ammette più le visure nazionali", "Vale dalla richiesta successiva.", stepUp)
	command(a, comune, "set-rules", http.MethodPut, "/rules", commands.SetRules{QuattroOcchi: []domain.QuattroOcchi{domain.OcchiNazionale}},
		"Indica le regole del Comune", "Quali abilitazioni vogliono una seconda persona, e se chi amministra può scaricare documenti.", stepUp)
	command(a, comune, "set-contatti", http.MethodPut, "/contacts", commands.SetContatti{Contatti: domain.Contatti{Assistenza: "URP, tel. 0544 000000"}},
		"Indica i recapiti del Comune", "Ogni rifiuto dice a chi rivolgersi.", stepUp)
	command(a, comune, "publish-instructions", http.MethodPut, "/instructions", commands.PublishInstructions{Testo: domain.StandardInstructions},
		"Pubblica le istruzioni del Comune", "Un testo nuovo è una nuova versione, che ciascuno accetta prima di chiedere ancora.", stepUp)
	command(a, comune, "publish-avviso", http.MethodPost, "/notices", commands.PublishAvviso{
		Testo: "ANPR è ferma per manutenzione sabato mattina: le richieste sono evase appena torna.", Al: time.Date(2026, 12, 5, 13, 0, 0, 0, time.UTC), Ruoli: []domain.Role{domain.RoleStandard, domain.RoleAdmin},
	}, "Pubblica un avviso", "Sta in testa alle pagine di coloro a cui è destinato, finché non finisce o è ritirato. Al più dieci insieme.")
	command(a, comune, "withdraw-avviso", http.MethodPost, "/notices/withdrawal", commands.WithdrawAvviso{Numero: 1},
		"Ritira un avviso", "Da subito non è più mostrato a nessuno.")
	a.connections()
	a.modelli()
	a.calendario()
	a.readsComuni()
}
