# The judge of tiles: nothing of the program in it, so that it may judge it.
add_executable(tile_judge)
foreach(source agreement.c borders.c bytes.c coverage.c inside.c judge.c list.c ring_path.c shape.c
               slivers.c source.c tile_file.c tile_read.c tool.c validity.c)
  target_sources(tile_judge PRIVATE accept/truth/${source})
endforeach()
target_include_directories(tile_judge PRIVATE ${PROJECT_SOURCE_DIR})
target_link_libraries(tile_judge PRIVATE ${GEOS_C} m)
add_test(NAME accept/tile_judge
         COMMAND ${PYTHON3} -B ${CMAKE_CURRENT_SOURCE_DIR}/accept/truth/judge_test.py
                 $<TARGET_FILE:tile_judge>)
set_tests_properties(accept/tile_judge PROPERTIES LABELS accept TIMEOUT 120)
