package anpr_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/scheda"
)

const notAnAnswer = "unknown []"

// examples are the published messages, each answering a call for a kind of
// visura, and what must come of it. What is no answer to the call leaves its
// fate unknown.
var examples = map[string]struct {
	tipo domain.Tipo
	want string
}{
	"fault_01_rejected_by_policy.xml":                 {domain.Nascita, "configuration []"},
	"fault_02_internal_error_from_client.xml":         {domain.Nascita, "configuration []"},
	"fault_03_certificate_revoked.xml":                {domain.Nascita, "configuration []"},
	"fault_04_malformed_content_from_server.xml":      {domain.Nascita, "unknown []"},
	"fault_05_pkcs7_malformed.xml":                    {domain.Nascita, "configuration []"},
	"fault_06_internal_error_from_server_soap12.xml":  {domain.Nascita, "unknown []"},
	"fault_07_invalid_request_errornl.xml":            {domain.Nascita, "unknown []"},
	"fault_08_postazione_cn.xml":                      {domain.Nascita, "configuration []"},
	"res_3002_01_residente_completo.xml":              {domain.StatoCivile, "soggetti 1, anomalie []"},
	"res_3002_05_famiglia.xml":                        {domain.StatoFamiglia, "soggetti 3, famiglia 700000012345 VIA DELLE ROSE 7 scala A, int. 3, anomalie []"},
	"res_3002_05b_famiglia_incompleta.xml":            {domain.StatoFamiglia, "soggetti 1, famiglia 700000012345 VIA DELLE ROSE 7 scala A, int. 3, anomalie [EN213]"},
	"res_3002_07_data_passata.xml":                    {domain.Residenza, "soggetti 1, anomalie []"},
	"res_3002_08_aire.xml":                            {domain.ResidenzaAIRE, "soggetti 1, anomalie []"},
	"res_3002_10_deceduto.xml":                        {domain.Morte, "soggetti 1, anomalie []"},
	"res_3002_11_omonimi_sintetica.xml":               {domain.Nascita, "soggetti 2, anomalie [EN131]"},
	"res_3002_12_ko_non_trovato.xml":                  {domain.Nascita, "final [EN122]"},
	"res_3002_13_ko_testata.xml":                      {domain.Nascita, "configuration [XXXX]"},
	"res_3002_14_ko_incongruenza.xml":                 {domain.Nascita, "final [EN071]"},
	"res_3002_15_ko_non_competente.xml":               {domain.Nascita, "final [EN204]"},
	"res_3002_16_ko_transitorio.xml":                  {domain.Nascita, "retry [999 EN527]"},
	"res_3002_17_ko_id_riusato.xml":                   {domain.Nascita, "configuration [EN079]"},
	"res_3002_18_ko_famiglia_in_lavorazione.xml":      {domain.StatoFamiglia, "retry [EN492]"},
	"res_3002_19_ko_lista_errori_vuota.xml":           {domain.Nascita, "retry []"},
	"res_6001_21_dati_storico_residenza.xml":          {domain.ResidenzaStorica, "soggetti 1, residenze 3, anomalie []"},
	"res_6001_22_dati_storico_cittadinanza.xml":       {domain.CittadinanzaStorica, "soggetti 1, cittadinanze 2, anomalie []"},
	"res_6001_23_ko_campi.xml":                        {domain.ResidenzaStorica, "configuration [EN066]"},
	"res_6001_24_mtom.txt":                            {domain.ResidenzaStorica, "soggetti 1, anomalie []"},
	"soap_response_ok.xml":                            {domain.Residenza, "soggetti 1, anomalie []"},
	"orig_4005_ex_001_req_elabora.xml":                {domain.Nascita, notAnAnswer},
	"orig_4005_ex_001_res_elabora.xml":                {domain.Nascita, notAnAnswer},
	"orig_4005_ex_002_res_verifica.xml":               {domain.Nascita, notAnAnswer},
	"pdnd_ko_EN122.json":                              {domain.Nascita, notAnAnswer},
	"pdnd_req_C020.json":                              {domain.Nascita, notAnAnswer},
	"pdnd_res_C020.json":                              {domain.Nascita, notAnAnswer},
	"req_3002_01_codice_fiscale_scheda_completa.xml":  {domain.Nascita, notAnAnswer},
	"req_3002_02_codice_fiscale_dati_selezionati.xml": {domain.Nascita, notAnAnswer},
	"req_3002_03_generalita.xml":                      {domain.Nascita, notAnAnswer},
	"req_3002_04_idanpr.xml":                          {domain.Nascita, notAnAnswer},
	"req_3002_05_famiglia_per_codice_fiscale.xml":     {domain.Nascita, notAnAnswer},
	"req_3002_06_famiglia_per_identificativo.xml":     {domain.Nascita, notAnAnswer},
	"req_3002_07_data_passata.xml":                    {domain.Nascita, notAnAnswer},
	"req_3002_08_famiglia_aire.xml":                   {domain.Nascita, notAnAnswer},
	"req_3002_09_ricerca_nazionale.xml":               {domain.Nascita, notAnAnswer},
	"req_6001_21_dati_storico_residenza.xml":          {domain.ResidenzaStorica, notAnAnswer},
	"req_6001_22_dati_storico_cittadinanza.xml":       {domain.CittadinanzaStorica, notAnAnswer},
	"soap_request_skeleton.xml":                       {domain.Nascita, notAnAnswer},
}

func TestEachPublishedExampleHasItsOutcome(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(shared(t), "examples")
	files, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		t.Run(file.Name(), func(t *testing.T) {
			t.Parallel()
			example, ok := examples[file.Name()]
			if !ok {
				t.Fatal("a new example: say what must come of it")
			}
			content, err := os.ReadFile(filepath.Join(folder, file.Name()))
			if err != nil {
				t.Fatal(err)
			}
			r := newRegistry(t, func(w http.ResponseWriter, req *http.Request) {
				if example.tipo == domain.ResidenzaStorica || example.tipo == domain.CittadinanzaStorica {
					if strings.Contains(req.URL.Path, "3000") {
						reply(w, req, ok3002(soggetto("")))
						return
					}
				}
				serve(w, content)
			})
			q := query(t, example.tipo, func(q *commands.Query) {
				if id := sentID.FindSubmatch(content); id != nil {
					q.IDOperazione = string(id[1])
				}
			})
			answer, err := client(t, r).Consult(t.Context(), q)
			if got := outcome(answer, err); got != example.want {
				t.Errorf("got %s, want %s (%v)", got, example.want, err)
			}
		})
	}
	if len(files) != len(examples) {
		t.Errorf("%d examples, %d rows", len(files), len(examples))
	}
}

// serve sends an example: an envelope or an MTOM package as it is, a bare
// message in an envelope.
func serve(w http.ResponseWriter, content []byte) {
	w.Header().Set("Content-Type", "text/xml; charset=utf-8")
	if header, body, ok := bytes.Cut(content, []byte("\r\n\r\n")); ok && bytes.HasPrefix(header, []byte("Content-Type: ")) {
		w.Header().Set("Content-Type", strings.TrimPrefix(string(header), "Content-Type: "))
		content = body
	}
	message := string(content)
	if i := strings.Index(message, "<a:Risposta"); i > 0 && !strings.Contains(message, ":Envelope") {
		message = envelope(message[i:])
	}
	_, _ = io.WriteString(w, message)
}

// outcome sums a result up in a line.
func outcome(s scheda.Scheda, err error) string {
	var failed *commands.AnagrafeError
	if errors.As(err, &failed) {
		return fmt.Sprintf("%s %v", failed.Class, failed.Codes)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "soggetti %d, ", len(s.Persone))
	if s.Famiglia != nil {
		home := s.Famiglia.Residenza.Indirizzo
		fmt.Fprintf(&b, "famiglia %s %s %s %s, ", s.Famiglia.ID, home.Via, home.Civico, home.Interno)
	}
	if len(s.Residenze) > 0 {
		fmt.Fprintf(&b, "residenze %d, ", len(s.Residenze))
	}
	if len(s.Cittadinanze) > 0 {
		fmt.Fprintf(&b, "cittadinanze %d, ", len(s.Cittadinanze))
	}
	codes := []string{}
	for _, a := range s.Anomalie {
		codes = append(codes, a.Codice)
	}
	fmt.Fprintf(&b, "anomalie %v", codes)
	return b.String()
}
