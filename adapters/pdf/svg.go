package pdf

import (
	"bytes"
	"errors"
	"fmt"
	"image"

	"github.com/srwiley/oksvg"
	"github.com/srwiley/rasterx"
)

// svgSide is how many points the longer side of a drawing is given: some fifteen
// millimetres on paper, at 600 points an inch.
const svgSide = 384

// drawSVG turns a drawing into points. It refuses elements it does not know rather
// than leave them out: a coat of arms is not to lose a part.
func drawSVG(data []byte) (drawn image.Image, err error) {
	defer func() {
		if r := recover(); r != nil { // the library's answer to some that are damaged
			err = errors.New("it is a damaged SVG")
		}
	}()
	icon, err := oksvg.ReadIconStream(bytes.NewReader(data), oksvg.StrictErrorMode)
	if err != nil {
		return nil, fmt.Errorf("it is an SVG that cannot be read: %w", err)
	}
	w, h := icon.ViewBox.W, icon.ViewBox.H
	if w <= 0 || h <= 0 || len(icon.SVGPaths) == 0 {
		return nil, errors.New("it is an SVG without a size (viewBox) or without a drawing")
	}
	scale := svgSide / max(w, h)
	width, height := max(1, int(w*scale)), max(1, int(h*scale))
	icon.SetTarget(0, 0, float64(width), float64(height))
	points := image.NewRGBA(image.Rect(0, 0, width, height))
	icon.Draw(rasterx.NewDasher(width, height, rasterx.NewScannerGV(width, height, points, points.Bounds())), 1)
	return points, nil
}
