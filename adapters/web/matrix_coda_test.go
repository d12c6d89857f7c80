package web_test

// The rows of the queue of what awaits an officer.
func init() {
	matrix = append(matrix, []row{
		{"GET /coda", "", "", "", "++44444> 444> ++444> 44 3344441> >+>+"},
		{"GET /coda/{id}", "", "{awaiting}", "", "++44444> 444> 44444> 44 3344441> >+>+"},
		{"list-coda", "", "", "{awaiting}", "++333333 3333 oo3333 33 33333313 13++"},
		{"decide-visure", "senza motivazione", "", `{"decisione":"rifiuto","motivo":"altro","visure":[{"id":"{awaiting}","revision":0}]}`, "ii333333 3333 ++3333 33 33333313 13ii"},
		{"POST /coda/scelte", "", "", "modulo={modulo}&decisione=conferma&scelta[]={awaiting}", "++444441 4441 ++4441 44 33444411 131+"},
		{"POST /coda/scelte/decisione", "non com’era", "", "modulo={modulo}&decisione=conferma&scelta[]={awaiting}:0", "xx444441 4441 xx4441 44 33444411 131x"},
		{"POST /coda/{id}/conferma", "", "{awaiting}", "modulo={modulo}", "++444441 4441 444441 44 33444411 131+"},
		{"POST /coda/{id}/domanda", "senza domanda", "{awaiting}", "modulo={modulo}", "ii444441 4441 444441 44 33444411 131i"},
		{"POST /coda/{id}/incarico", "a nessuno", "{awaiting}", "modulo={modulo}", "ii444441 4441 444441 44 33444411 131i"},
		{"POST /visure/{id}/risposta", "", "{visura}", "modulo={modulo}&risposta=sì", "443x4441 4441 444441 44 44334411 1314"},
		{"POST /coda/{id}/rifiuto", "senza motivo", "{awaiting}", "modulo={modulo}", "ii444441 4441 444441 44 33444411 131i"},
	}...)
}
