package web_test

// The rows of the queue of what awaits an officer.
func init() {
	matrix = append(matrix, []row{
		{"GET /coda", "", "", "", "++44444> 444> ++444> 44 3344441> >+>+"},
		{"GET /coda/{id}", "", "{awaiting}", "", "++44444> 444> 44444> 44 3344441> >+>+"},
		{"POST /coda/{id}/conferma", "", "{awaiting}", "modulo={modulo}", "++444441 4441 444441 44 33444411 131+"},
		{"POST /coda/{id}/rifiuto", "senza motivo", "{awaiting}", "modulo={modulo}", "ii444441 4441 444441 44 33444411 131i"},
	}...)
}
