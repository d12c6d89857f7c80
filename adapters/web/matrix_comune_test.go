package web_test

// The rows of what a Comune decides about itself beyond the first.
func init() {
	matrix = append(matrix, []row{
		{"publish-avviso", "", "{comune}", `{"testo":"Sabato si chiude.","al":"{nextmonth}T12:00:00Z"}`, "+3333333 3333 433333 33 33333313 13++"},
		{"withdraw-avviso", "", "{comune}", `{"numero":1}`, "+3333333 3333 433333 33 33333313 13++"},
		{"GET /anpr", "", "", "", "+444444> 444> +4444> 44 3444441> >+>+"},
		{"POST /anpr", "senza niente di nuovo", "", "modulo={modulo}", "x4444441 4441 x44441 44 34444411 131i"},
		{"POST /anpr/prova", "", "", "modulo={modulo}", "+4444441 4441 +44441 44 34444411 131+"},
		{"GET /avvisi", "", "", "", "+444444> 444> +4444> 44 3444441> >+>+"},
		{"POST /avvisi", "senza testo", "", "modulo={modulo}", "i4444441 4441 i44441 44 34444411 131i"},
		{"POST /avvisi/{avviso}/ritiro", "", "", "modulo={modulo}", "+4444441 4441 444441 44 34444411 131+"},
	}...)
}
