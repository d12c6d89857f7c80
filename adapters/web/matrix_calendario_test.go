package web_test

// The rows of when a Comune's office is open.
func init() {
	const same = `{"precedente":0,"ore_silenzio":12,"aperture":[{"giorni":[1,2,3,4,5],"dalle":"08:00","alle":"14:00"}]}`
	matrix = append(matrix, []row{
		{"read-calendario", "", "{comune}", "", "++444+44 4444 444444 44 33333313 13++"},
		{"set-calendario", "", "{comune}", same, "+3333333 3333 433333 33 33333313 1333"},
		{"preview-calendario", "", "{comune}", same, "+3333333 3333 433333 33 33333313 13++"},
		{"GET /regole/calendario", "", "", "", "+444444> 444> +4444> 44 3444441> >+>+"},
		{"POST /regole/calendario/confronto", "senza ore", "", "modulo={modulo}&ore=0", "i4444441 4441 i44441 44 34444411 131i"},
		{"POST /regole/calendario", "senza ore", "", "modulo={modulo}&ore=0", "i4444441 4441 i44441 44 34444411 131i"},
	}...)
}
