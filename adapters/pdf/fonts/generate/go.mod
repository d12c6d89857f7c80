module github.com/visure-anagrafiche/visure/adapters/pdf/fonts/generate

go 1.26.0

require github.com/jung-kurt/gofpdf v1.16.2
