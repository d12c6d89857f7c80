package web_test

// The rows of the pages for everybody, and of the manual.
func init() {
	matrix = append(matrix, []row{
		{"GET /accessibilita", "", "", "", "++++++++ ++++ ++++++ ++ ++++++++ ++++"},
		{"POST /accessibilita", "", "", "nessun modulo", "iiiiiiii iiii iiiiii ii iiiiiiii iiii"},
		{"GET /privacy", "", "", "", "++++++++ ++++ ++++++ ++ ++++++++ ++++"},
		{"GET /favicon.ico", "", "", "", "++++++++ ++++ ++++++ ++ ++++++++ ++++"},
		{"GET /guida", "", "", "", "+++++++> +++> +++++> ++ 3333331> >+>+"},
		{"GET /guida/{pagina}", "", "", "", "+444444> 444> +4444> 44 3333331> >4>+"},
		{"GET /guida/immagini/{picture}", "", "", "", "+++++++> +++> +++++> ++ ++++++1> >+>+"},
	}...)
}
