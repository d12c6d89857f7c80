package pdf

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/visure-anagrafiche/visure/domain"
)

// Arms are the coats of arms in the headings, by Comune.
type Arms map[domain.CodiceISTAT]*picture

// picture is a picture as documents hold it: eight bits of red, green and blue
// a point, on white, deflated.
type picture struct {
	width, height int // in points
	data          []byte
	parms         string // how the points are laid out in data, "" if one after the other
}

// What a coat of arms may be at most: it is printed some fifteen millimetres
// high, and every document carries it.
const (
	largestArmsFile = 1 << 20
	largestArmsSide = 1024
)

// ReadArms reads the coats of arms of a folder: PNG and SVG files named after the
// Comune's ISTAT code, such as 039002.png. Names that begin with a dot are
// passed over; any other file that is no coat of arms is an error that names it, as
// is a second one of the same Comune.
func ReadArms(dir string) (Arms, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("coats of arms: %w", err)
	}
	arms := Arms{}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") {
			continue
		}
		file := filepath.Join(dir, e.Name())
		comune, decode, err := armsOf(e.Name())
		if err == nil && arms[comune] != nil {
			err = errors.New("there is another of this Comune")
		}
		if err == nil {
			arms[comune], err = readPicture(file, decode)
		}
		if err != nil {
			return nil, fmt.Errorf("coat of arms %s: %w", file, err)
		}
	}
	return arms, nil
}

// armsOf returns the Comune that a file's name stands for, and how it is read.
func armsOf(name string) (comune domain.CodiceISTAT, decode func([]byte) (image.Image, error), err error) {
	code, kind, _ := strings.Cut(name, ".")
	if len(code) != 6 || strings.Trim(code, "0123456789") != "" {
		return "", nil, errors.New("the name is not a Comune's ISTAT code of six digits, such as 039002.png")
	}
	switch kind {
	case "png":
		return domain.CodiceISTAT(code), decodePNG, nil
	case "svg":
		return domain.CodiceISTAT(code), drawSVG, nil
	}
	return "", nil, errors.New("only PNG and SVG are read")
}

func readPicture(file string, decode func([]byte) (image.Image, error)) (*picture, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, largestArmsFile+1))
	switch {
	case err != nil:
		return nil, err
	case len(data) > largestArmsFile:
		return nil, fmt.Errorf("it is larger than %d bytes", largestArmsFile)
	}
	decoded, err := decode(data)
	if err != nil {
		return nil, err
	}
	return newPicture(decoded), nil
}

func decodePNG(data []byte) (image.Image, error) {
	size, err := png.DecodeConfig(bytes.NewReader(data))
	switch {
	case err != nil:
		return nil, fmt.Errorf("it is no PNG: %w", err)
	case size.Width > largestArmsSide || size.Height > largestArmsSide:
		return nil, fmt.Errorf("it has %d by %d points, at most %d a side are read", size.Width, size.Height, largestArmsSide)
	}
	decoded, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("it is a damaged PNG: %w", err)
	}
	return decoded, nil
}

// newPicture lays an image on the white of the paper.
func newPicture(i image.Image) *picture {
	bounds := i.Bounds()
	rgb := make([]byte, 0, 3*bounds.Dx()*bounds.Dy())
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			r, g, b := laid(i.At(x, y))
			rgb = append(rgb, r, g, b)
		}
	}
	return &picture{width: bounds.Dx(), height: bounds.Dy(), data: compact(rgb)}
}
