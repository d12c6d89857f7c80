package web_test

import (
	"maps"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/esdb"
	"github.com/visure-anagrafiche/visure/adapters/web"
	"github.com/visure-anagrafiche/visure/adapters/web/pages"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// everything opens what people open on a page.
const everything = "main summary"

func init() {
	maps.Copy(sights, map[string]sight{
		// What is refused, and what fails.
		"rifiutata 403":        {who: "operator", path: "/ruolo", form: "/ruolo", with: []string{"modulo", "x"}},
		"rifiutata 409":        {who: "operator", path: "/nuova", form: "/nuova", with: []string{"id", "{visura}", "codice_fiscale", "{person}", "numero_pratica", "1/2026", "tipo", "residenza"}},
		"rifiutata 412":        {who: "admin", path: "/utenti/{operator}", form: "/utenti/{operator}/nomina", with: []string{"revision", "0", "mansione", "Sportello"}},
		"rifiutata 429":        {path: "/verifica?codice=AAAA", after: 30, of: standing},
		"finita altrove":       {who: "replaced", path: "/nuova"},
		"guasto":               {who: "operator", path: "/visure/{visura}", of: unjournalled},
		"non disponibile":      {who: "operator", path: "/richieste", of: withoutLists},
		"coda non disponibile": {who: "top", path: "/coda", of: withoutLists},
		"nulla di altri":       {who: "operator", path: "/utenti"},

		// What others see of pages that are not theirs first.
		"coda dell’ufficiale":    {who: "officer", path: "/coda"},
		"profilo dell’ufficiale": {who: "officer", path: "/profilo"},
		"nuova dell’ADMIN":       {who: "admin", path: "/nuova"},
		"richieste dell’ADMIN":   {who: "admin", path: "/richieste"},
		"visura dell’ADMIN":      {who: "admin", path: "/visure/{visura}"},
		"profilo dell’ADMIN":     {who: "admin", path: "/profilo"},
		"massive dell’ADMIN":     {who: "admin", path: "/massive"},
		"profilo del revisore":   {who: "auditor", path: "/profilo"},

		// Signing in.
		"accedi con errore":             {path: "/accedi", form: "/accedi", with: []string{"accesso", "U-AAAAA-AAAAA", "password", "sbagliata"}},
		"accedi alla dimostrazione":     {path: "/accedi", of: demonstration},
		"accedi codice":                 {path: "/accedi", form: "/accedi", with: []string{"accesso", "{deputy}", "password", "{password}"}},
		"recupero con errore":           {path: "/accedi/recupero", form: "/accedi/recupero"},
		"recupero inviato":              {path: "/accedi/recupero", form: "/accedi/recupero", with: []string{"accesso", "U-AAAAA-AAAAA"}},
		"invito":                        {path: "/invito/{invitation}"},
		"invito con errori":             {path: "/invito/{invitation}", form: "/invito/{invitation}", with: []string{"password", "corta", "ripetuta", "lunga"}},
		"invito usato":                  {path: "/invito/nessuno"},
		"identita da confermare":        {who: "deputy", path: "/identita?poi=/profilo/sicurezza"},
		"identita con errore":           {who: "deputy", path: "/identita", form: "/identita", with: []string{"totp", "000000"}},
		"sicurezza da confermare":       {who: "deputy", path: "/profilo/sicurezza"},
		"sicurezza con errori":          {who: "deputy", path: "/profilo/sicurezza", form: "/profilo/password", with: []string{"attuale", "{password}", "nuova", "una", "ripetuta", "altra"}},
		"secondo fattore da leggere":    {who: "operator", path: "/profilo/secondo-fattore", form: "/profilo/secondo-fattore"},
		"collegamento della postazione": {path: "/postazione/{link}"},

		// Asking for visure, and what becomes of it.
		"nuova con errori":      {who: "operator", path: "/nuova", form: "/nuova", with: []string{"codice_fiscale", "RSSMRA80A01H501X"}},
		"nuova stessa persona":  {who: "operator", path: "/nuova?stessa-persona={visura}"},
		"visura rifiutata":      {who: "national", path: "/visure/{rejected}"},
		"visura ritirata":       {who: "national", path: "/visure/{withdrawn}"},
		"visura non emettibile": {who: "operator", path: "/visure/{unissuable}"},
		"visura con domanda":    {who: "national", path: "/visure/{asked}"},
		"visura senza risposta": {who: "national", path: "/visure/{asked}", form: "/visure/{asked}/risposta"},
		"visura da allargare":   {who: "national", path: "/visure/{wider}"},
		"visura decaduta":       {who: "former", path: "/visure/{lapsed}"},
		"visura cancellata":     {who: "operator", path: "/visure/{erased}"},
		"visura in lavorazione": {who: "operator", path: "/visure/{running}"},
		"visura da ritirare":    {who: "national", path: "/visure/{awaiting}", press: everything},
		"richieste con persona": {who: "operator", path: "/richieste", form: "/richieste/persona", with: []string{"codice_fiscale", "{person}"}},
		"richieste con errore":  {who: "operator", path: "/richieste", form: "/richieste/persona", with: []string{"codice_fiscale", "XXX"}},
		"richieste senza esito": {who: "operator", path: "/richieste?pratica=altra&stato=boh"},
		"cerca con errore":      {who: "operator", path: "/trova", form: "/trova", with: []string{"q", "Mario Rossi"}},
		"menu della persona":    {who: "operator", path: "/nuova", press: ".v-slim summary"},
		"menu delle pagine":     {who: "top", path: "/profilo", press: ".v-burger summary"},
		"scorciatoie":           {who: "operator", path: "/richieste", press: "[data-open=scorciatoie]"},

		// Registers.
		"utente aperto":                         {who: "admin", path: "/utenti/{operator}", press: everything},
		"utente del TOP aperto":                 {who: "top", path: "/utenti/{operator}", press: everything},
		"utente di chi va riconfermato":         {who: "deputy", path: "/utenti/{operator}"},
		"utente con errore":                     {who: "admin", path: "/utenti/{operator}", form: "/utenti/{operator}/sospensione"},
		"utente nuovo con errori":               {who: "admin", path: "/utenti/nuovo", form: "/utenti/nuovo", with: []string{"codice_fiscale", "RSSMRA80A01H501X", "al", "ieri"}},
		"utente profilo con errori":             {who: "admin", path: "/utenti/{operator}/profilo?{place}", form: "/utenti/{operator}/profilo", with: []string{"dal", "ieri"}},
		"utenti con errore":                     {who: "admin", path: "/utenti?non_usati_dal=ieri&ruolo=boh"},
		"utenti senza esito":                    {who: "admin", path: "/utenti?stato=sospesi"},
		"importa con errori":                    {who: "admin", path: "/utenti/importa", form: "/utenti/importa", with: []string{"file", "{wrong}"}},
		"importa senza file":                    {who: "admin", path: "/utenti/importa", form: "/utenti/importa"},
		"importa da confermare":                 {who: "deputy", path: "/utenti/importa", form: "/utenti/importa", with: []string{"file", "{file}"}},
		"ente":                                  {who: "top", path: "/enti/{ente}"},
		"ente aperto":                           {who: "top", path: "/enti/{fresh}", press: everything},
		"ente con errore":                       {who: "top", path: "/enti/{fresh}", form: "/enti/{fresh}", with: []string{"denominazione", " "}},
		"ente nuovo con errori":                 {who: "top", path: "/enti/nuovo", form: "/enti"},
		"convenzione del TOP":                   {who: "top", path: "/convenzioni/{atto}"},
		"convenzione aperta":                    {who: "top", path: "/convenzioni/{atto}", press: everything},
		"convenzione con errore":                {who: "top", path: "/convenzioni/{atto}", form: "/convenzioni/{atto}/sospensione"},
		"convenzione nuova":                     {who: "top", path: "/convenzioni/nuova?ente={fresh}"},
		"convenzione nuova con errori":          {who: "top", path: "/convenzioni/nuova?ente={fresh}", form: "/convenzioni"},
		"convenzione in bozza":                  {who: "top", path: "/convenzioni/{draft}"},
		"convenzione da modificare":             {who: "top", path: "/convenzioni/{draft}/bozza"},
		"convenzione da modificare con errori":  {who: "top", path: "/convenzioni/{draft}/bozza", form: "/convenzioni/{draft}/bozza", with: []string{"al", "ieri", "estremi", ""}},
		"convenzione da attivare":               {who: "top", path: "/convenzioni/{draft}/attivazione"},
		"convenzione da far cessare":            {who: "top", path: "/convenzioni/{atto}/cessazione"},
		"convenzione da far cessare con errore": {who: "top", path: "/convenzioni/{atto}/cessazione", form: "/convenzioni/{atto}/cessazione"},
		"convenzione con finalita inibite":      {who: "top", path: "/convenzioni/{inhibited}"},
		"finalita da riammettere":               {who: "top", path: "/convenzioni/{inhibited}/riammissione"},
		"finalita da riammettere con errore":    {who: "top", path: "/convenzioni/{inhibited}/riammissione", form: "/convenzioni/{inhibited}/riammissione"},
		"convenzione allegati":                  {who: "top", path: "/convenzioni/{atto}/allegati"},
		"convenzione allegati con errore":       {who: "top", path: "/convenzioni/{atto}/allegati", form: "/convenzioni/{atto}/allegati"},
		"profilo del Comune":                    {who: "top", path: "/profili/{profile}"},
		"profilo da modificare":                 {who: "top", path: "/profili/{profile}/modifica"},
		"profilo da modificare con errori":      {who: "top", path: "/profili/{profile}/modifica", form: "/profili/{profile}", with: []string{"nome", ""}},
		"profilo da confermare":                 {who: "top", path: "/profili/{profile}/modifica", form: "/profili/{profile}", with: []string{"tipi", "residenza"}},
		"profilo da ritirare":                   {who: "top", path: "/profili/{profile}/ritiro"},
		"enti con filtri":                       {who: "top", path: "/enti?testo=ASP&tipo=boh"},
		"postazioni con un filtro ignoto":       {who: "top", path: "/postazioni?vista=boh"},
		"postazioni del TOP":                    {who: "top", path: "/postazioni"},
		"postazione proposta":                   {who: "top", path: "/postazioni/{proposed}"},
		"postazione da collegare":               {who: "admin", path: "/postazioni/{postazione}"},
		"postazione nuova con errori":           {who: "admin", path: "/postazioni/nuova", form: "/postazioni", with: []string{"reti", "boh"}},
		"avvisi con errori":                     {who: "top", path: "/avvisi", form: "/avvisi"},
		"collegamento con errori":               {who: "top", path: "/anpr", form: "/anpr", with: []string{"operatore", "boh"}},
		"regole aperte":                         {who: "top", path: "/regole", press: everything},
		"ricertificazione del TOP":              {who: "top", path: "/ricertificazione/{review}"},
		"ricertificazione dell’ADMIN":           {who: "admin", path: "/ricertificazione/{review}"},
		"ricertificazione con errore":           {who: "top", path: "/ricertificazione/{review}", form: "/ricertificazione/{review}/conferme"},
		"ricertificazione finalita con errore":  {who: "top", path: "/ricertificazione/{review}", form: "/ricertificazione/{review}/finalita"},
		"ricertificazione nuova con errori":     {who: "top", path: "/ricertificazione/nuova", form: "/ricertificazione"},

		// For everybody.
		"accessibilita con errori": {path: "/accessibilita", form: "/accessibilita", with: []string{"testo", " ", "recapito", "nessuno"}},
	})
}

// standing is a server of its own at which it is the same instant always.
func standing(_ *testing.T, o *office) func(*web.Server) {
	now := o.now()
	return func(s *web.Server) {
		s.Edge.Commands = &commands.Handler{Store: o.store, Secrets: o.keys, Now: func() time.Time { return now }, NewID: uuid.NewString}
	}
}

// withoutLists is a server whose lists of visure cannot be read.
func withoutLists(t *testing.T, o *office) func(*web.Server) {
	down := nowhere(t)
	return func(s *web.Server) { s.Pages.Elenco = projections.NewElencoQueries(down, esdb.NewOpener(o.keys)) }
}

// unjournalled is a server that can enter in no journal what is read.
func unjournalled(_ *testing.T, o *office) func(*web.Server) {
	return func(s *web.Server) {
		s.Edge.Commands = &commands.Handler{Store: mute{o.store}, Secrets: o.keys, Now: o.now, NewID: uuid.NewString}
	}
}

// demonstration is a server that offers its users.
func demonstration(*testing.T, *office) func(*web.Server) {
	return func(s *web.Server) {
		s.Pages.Demo = []pages.DemoUser{{Name: "Mario Bianchi", Actor: domain.Actor{Utente: domain.UtenteID(uuid.Nil.String()), Role: domain.RoleStandard}}}
	}
}
