package web_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write anew what tests compare with: the page of who may what, the pages, or the pictures of the manual")

// pageOfTheMatrix is where people read the matrix.
const pageOfTheMatrix = "../../docs/autorizzazioni.md"

// TestThePageOfAuthorisationsIsTheMatrix: what people read is what is tested.
func TestThePageOfAuthorisationsIsTheMatrix(t *testing.T) {
	t.Parallel()
	page := writtenPage(routes(t))
	if *update {
		if err := os.WriteFile(pageOfTheMatrix, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(pageOfTheMatrix)
	if err != nil {
		t.Fatal(err)
	}
	if string(kept) != page {
		t.Errorf("%s is not the matrix: write it anew with make update", pageOfTheMatrix)
	}
}

const pageHead = `# Chi può fare che cosa

Ogni operazione dell'API e ogni pagina, per ogni ruolo: ammesso, 401, 403 o 404. La tabella è scritta dalla prova che manda davvero ogni
richiesta (` + "`adapters/web/matrix_rows_test.go`" + `), perciò non può dire altro da ciò che il sistema fa; una rotta senza riga fa fallire la prova.

**Ciò che non si può vedere risponde 404**: come se non ci fosse. Ciò che il ruolo non fa mai, su nulla, risponde 403; così ciò che si vede ma
spetta ad altri. Chi non si fa riconoscere riceve 401.

Le cose su cui si opera (persone, atti, visure, postazioni…) sono di un Ente per un Comune. In ogni casella stanno cinque risposte, separate da un punto, a chi ha quel ruolo:

1. presso quell'Ente e quel Comune;
2. presso un altro Ente, per lo stesso Comune;
3. presso un altro Comune (ADMIN, STANDARD e APPLICATIVO: lo stesso Ente, per un altro Comune);
4. presso un altro Ente, per un altro Comune;
5. presso quell'Ente e quel Comune, quando il ruolo è stato appena tolto: vale dalla richiesta successiva, anche nella stessa sessione; per l'APPLICATIVO, quando il token è stato revocato.

Un trattino dice che il caso non c'è. Una risposta sola vale per tutti e cinque.

- **sì**: ammesso. **sì\***: ammesso a chiederlo, ma ciò che la prova manda è rifiutato nel merito, perché incompleto, fuori stato o di altri: così nulla cambia. Nelle operazioni di lettura di un elenco, **vuoto** dice che la cosa non vi compare. **accesso**: mandato alla pagina con cui si accede.
- Lo STANDARD è due colonne: chi ha chiesto la visura, e un collega dello stesso Ente.
- L'APPLICATIVO ha tutti gli ambiti e chiede per lo STANDARD che ha chiesto la visura: non può mai nulla di amministrativo.
- *Senza capacità* è chi ha fatto accesso e non ha ancora scelto il ruolo con cui operare.
- *TOP, senza secondo fattore* non l'ha usato negli ultimi dieci minuti: le operazioni segnate con ● lo vogliono, da chiunque.
- *Token di TOP* è un token dell'installazione: non vale per ciò che è personale né per ciò che vuole il secondo fattore.
- L'APPLICATIVO *per chi non ha più il ruolo* ha un token che vale, ma chiede per uno STANDARD a cui il ruolo è stato appena tolto.
`

// column is a role on the page, and where a row has its answer for each of the five
// situations; -1 where there is none.
type column struct {
	title string
	at    []int
}

var columns = []column{
	{"TOP", []int{0, -1, 12, -1, 20}}, {"ANAGRAFE", []int{1, -1, 13, -1, 21}}, {"ADMIN", []int{2, 8, 14, 18, 22}}, {"STANDARD, chi ha chiesto", []int{3, 9, 15, 19, 23}},
	{"STANDARD, un collega", []int{4, -1, -1, -1, -1}}, {"AUDITOR del Comune", []int{5, -1, 16, -1, 24}}, {"AUDITOR dell'Ente", []int{6, 10, -1, -1, 25}}, {"APPLICATIVO", []int{7, 11, 17, -1, 26}},
	{"APPLICATIVO, per chi non ha più il ruolo", []int{27}},
	{"Senza capacità", []int{29}}, {"TOP, senza secondo fattore", []int{31}}, {"Token di TOP", []int{30}}, {"Nessuno", []int{28}},
}

// words are those of the page for answers.
var cellWords = map[byte]string{'+': "sì", 'i': "sì\\*", 'x': "sì\\*", 'o': "vuoto", '>': "accesso", '1': "401", '3': "403", '4': "404"}

// cell is what a row answers a role.
func (c column) cell(answers string) string {
	var all []string
	same := true
	for _, i := range c.at {
		word := "–"
		if i >= 0 && i < len(answers) {
			word = cellWords[answers[i]]
		}
		all = append(all, word)
		if i >= 0 && word != all[0] {
			same = false
		}
	}
	if same {
		return all[0]
	}
	return strings.Join(all, " · ")
}

// writtenPage is the page of all routes, those that are open to everybody last.
func writtenPage(all []route) string {
	var page, open strings.Builder
	page.WriteString(pageHead)
	tag := ""
	for _, r := range all {
		for _, c := range matrix {
			if c.route != r.name {
				continue
			}
			if strings.Trim(c.expected(), "+ix") == "" {
				fmt.Fprintf(&open, "| `%s %s` | %s |\n", r.method, r.path, r.about)
				continue
			}
			if tag != r.tag {
				tag = r.tag
				page.WriteString(tableHead(tag))
			}
			page.WriteString(line(r, c))
		}
	}
	page.WriteString("\n## Aperte a chiunque\n\nNon chiedono chi si è; quelle con cui si accede contano i tentativi da ogni indirizzo.\n\n| Operazione | Che cosa fa |\n| --- | --- |\n" + open.String())
	return page.String()
}

func tableHead(tag string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n## %s\n\n| Operazione | Che cosa fa |", tag)
	for _, c := range columns {
		fmt.Fprintf(&b, " %s |", c.title)
	}
	b.WriteString("\n|" + strings.Repeat(" --- |", len(columns)+2) + "\n")
	return b.String()
}

func line(r route, c row) string {
	var b strings.Builder
	about := r.about
	if c.of != "" {
		about += ": " + c.of
	}
	if r.stepUp {
		about += " ●"
	}
	fmt.Fprintf(&b, "| `%s %s` | %s |", r.method, r.path, about)
	for _, column := range columns {
		fmt.Fprintf(&b, " %s |", column.cell(c.expected()))
	}
	b.WriteString("\n")
	return b.String()
}
