# Tiles: units, golden tiles, properties, hostile drawables, and an independent check of real ones.
add_library(sketch STATIC golden/golden_file.c golden/kept_sketch.c golden/mvt_read.c
            golden/sketch.c golden/small_store.c)
target_link_libraries(sketch PUBLIC tiler)

foreach(unit block_draw_lane cell_derive clip derive derive_edit drawable_codec grid grid_mesh junction label_point lattice_node lattice_wind min_zoom painter tile_attributes tile_budget tile_grid tile_report tiler
             tiler_failing_allocations vertex_zoom world_placer)
  cassini_unit_test(test_${unit} USES sketch tiler)
endforeach()
cassini_unit_test(test_kept_zoom USES sketch tiler)
cassini_unit_test(test_world_cut USES sketch tiler)
cassini_unit_test(test_world_edges USES sketch tiler)
cassini_failing_malloc(test_tiler_failing_allocations)

add_executable(golden_tiles golden/golden_tiles.c)
target_link_libraries(golden_tiles PRIVATE sketch tiler)
add_test(NAME golden/tiles COMMAND golden_tiles ${CMAKE_CURRENT_SOURCE_DIR}/golden/tiles)
set_tests_properties(golden/tiles PROPERTIES LABELS unit)

add_executable(golden_kept golden/golden_kept.c)
target_link_libraries(golden_kept PRIVATE sketch tiler)
add_test(NAME golden/kept COMMAND golden_kept ${CMAKE_CURRENT_SOURCE_DIR}/golden/kept)
set_tests_properties(golden/kept PROPERTIES LABELS unit)

cassini_fuzz_target(fuzz_drawable USES sketch tiler)
cassini_fuzz_target(fuzz_kept_zoom USES sketch tiler)
cassini_fuzz_target(fuzz_tile_grid USES tiler)

# The independent check: npm's decoder of vector tiles and exact arithmetic, in a folder beside them.
find_program(NODE NAMES node nodejs REQUIRED)
set(tile_check ${CMAKE_CURRENT_BINARY_DIR}/tile_check)
cassini_npm(SOURCE ${CMAKE_CURRENT_SOURCE_DIR}/accept/tiles INTO ${tile_check})
add_custom_target(tile_check_packages ALL DEPENDS ${tile_check}/installed)
foreach(file addresses cadastre check kept rings rings.test tile)
  configure_file(accept/tiles/${file}.mjs ${tile_check}/${file}.mjs COPYONLY)
endforeach()
add_test(NAME accept/tile_check COMMAND ${NODE} --test ${tile_check}/rings.test.mjs)
set_tests_properties(accept/tile_check PROPERTIES LABELS accept TIMEOUT 60)
add_test(NAME accept/cadastre_tiles
         COMMAND ${NODE} ${tile_check}/cadastre.mjs $<TARGET_FILE:cassini> ${CASSINI_SHARED})
set_tests_properties(accept/cadastre_tiles PROPERTIES LABELS accept TIMEOUT 300
                     SKIP_RETURN_CODE 77)
add_test(NAME accept/kept_zoom
         COMMAND ${NODE} ${tile_check}/kept.mjs $<TARGET_FILE:cassini> ${CASSINI_SHARED})
set_tests_properties(accept/kept_zoom PROPERTIES LABELS accept TIMEOUT 300 SKIP_RETURN_CODE 77)
