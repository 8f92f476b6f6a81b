# Tiles: units, golden tiles, properties, hostile drawables, and an independent check of real ones.
add_library(sketch STATIC golden/mvt_read.c golden/sketch.c golden/small_store.c)
target_link_libraries(sketch PUBLIC tiler)

foreach(unit clip derive drawable_codec grid min_zoom painter tile_budget tile_report tiler
             vertex_zoom)
  cassini_unit_test(test_${unit} USES sketch tiler)
endforeach()

add_executable(golden_tiles golden/golden_tiles.c)
target_link_libraries(golden_tiles PRIVATE sketch tiler)
add_test(NAME golden/tiles COMMAND golden_tiles ${CMAKE_CURRENT_SOURCE_DIR}/golden/tiles)
set_tests_properties(golden/tiles PROPERTIES LABELS unit)

cassini_fuzz_target(fuzz_drawable USES sketch tiler)
