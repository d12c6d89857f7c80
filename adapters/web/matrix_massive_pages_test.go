package web_test

// The rows of the pages of requests about many people.
func init() {
	matrix = append(matrix, []row{
		{"GET /massive", "", "", "", "+++++++> +++> +++++> ++ 3333331> >+>+"},
		{"GET /massive/nuova", "", "", "", "44+++44> ++4> 44++4> ++ 4433441> >+>4"},
		{"POST /massive/nuova", "senza file", "", "modulo={modulo}&comune={comune}", "44iii441 ii41 44ii41 ii 44334411 1314"},
		{"GET /massive/modello.csv", "", "", "", "44+++44> ++4> 44++4> ++ 4433441> >+>4"},
		{"GET /massive/modello.xlsx", "", "", "", "44+++44> ++4> 44++4> ++ 4433441> >+>4"},
		{"GET /massive/{id}", "", "{massiva}", "", "++++4++> 444> 44444> 44 3333331> >+>+"},
		{"GET /massive/{id}/stato", "", "{massiva}?revision=0", "", "++++4++> 444> 44444> 44 3333331> >+>+"},
		{"GET /massive/{id}/documenti", "senza documenti emessi", "{massiva}", "", "443x444> 444> 44444> 44 4433441> >+>4"},
		{"POST /massive/{id}/ripresa", "di ciò che è in corso", "{massiva}", "modulo={modulo}", "443+4441 4441 444441 44 44334411 1314"},
		{"POST /massive/{id}/ritiro", "", "{massiva}", "modulo={modulo}", "+4++4441 4441 444441 44 34334411 131+"},
		{"GET /richieste", "di una richiesta massiva", "?massiva={massiva}", "", "+4+++++> +++> +4+++> ++ 3433331> >+>+"},
		{"GET /richieste/esporta", "di una richiesta massiva", "?massiva={massiva}", "", "+4+++++> +++> +4+++> ++ 3433331> >+>+"},
		{"GET /convenzioni/{id}/massive", "", "{atto}", "", "+444444> 444> 44444> 44 3444441> >+>+"},
		{"POST /convenzioni/{id}/massive", "senza tetto", "{atto}", "modulo={modulo}&atto={numero}", "i4444441 4441 444441 44 34444411 131i"},
		{"POST /convenzioni/{id}/massive/fine", "di ciò che non è ammesso", "{atto}", "modulo={modulo}&atto=1", "+4444441 4441 444441 44 34444411 131+"},
	}...)
}
